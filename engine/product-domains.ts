/**
 * What a product is in the eyes of the law, which decides whose law covers it: a closed list, in the words of the case file
 * and of the regimes. `consumer-products` is what no law of a sector of its own covers.
 */
export const PRODUCT_DOMAINS = [
  'consumer-products',
  'connected-products',
  'cosmetics',
  'electrical',
  'feed',
  'food',
  'gas-appliances',
  'machinery',
  'medical-devices',
  'medicines',
  'protective-equipment',
  'radio-equipment',
  'services',
  'tobacco',
  'toys',
  'vehicles',
] as const;
export type ProductDomain = (typeof PRODUCT_DOMAINS)[number];
