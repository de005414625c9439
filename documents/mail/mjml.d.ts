/** What of MJML is used; its packages have no types of their own. */
declare module 'mjml-core' {
  type Made = { html: string; errors: { formattedMessage: string }[] };
  type Settings = { presets: object[]; validationLevel: 'strict'; fonts: Record<string, string> };
  type Compile = (mjml: string, settings: Settings) => Promise<Made>;
  /** A module of CommonJS, whose function is its property; tsx gives that at once. */
  const core: Compile | { default: Compile };
  export default core;
}
declare module 'mjml-preset-core' {
  const preset: object;
  export default preset;
}
