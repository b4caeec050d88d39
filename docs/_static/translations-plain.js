// Sphinx compiles the plural rule of a language from text, which the site's Content-Security-Policy forbids.
// Chinese has one form.
Documentation.addTranslations = (catalog) => {
  Object.assign(Documentation.TRANSLATIONS, catalog.messages);
  Documentation.PLURAL_EXPR = () => 0;
  Documentation.LOCALE = catalog.locale;
};
