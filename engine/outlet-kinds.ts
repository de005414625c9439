/** What kind of place a notice to the public was given to. */
export const OUTLET_KINDS = [
  'newspaper',
  'radio',
  'television',
  'agency',
  'website',
  'social-media',
  'shop',
  'authority',
  'association',
  'other',
] as const;
export type OutletKind = (typeof OUTLET_KINDS)[number];
