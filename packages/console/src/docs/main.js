/* global SwaggerUIBundle */
'use strict'

// Swagger UI has a dark look, but leaves it to the page around it to ask for it.
const dark = matchMedia('(prefers-color-scheme: dark)')
function followScheme() {
  document.documentElement.classList.toggle('dark-mode', dark.matches)
}
dark.addEventListener('change', followScheme)
followScheme()

/**
 * Offers no field for a cookie in the dialog of "Authorize": no script may set the session's, which
 * the browser sends by itself, and the dialog would open scrolled past the key, down to that field.
 */
function withoutCookies() {
  const inCookie = (scheme) => scheme.get('in') === 'cookie'
  const sendable =
    (original) =>
    (...given) =>
      original(...given)?.filterNot((definition) => definition.some(inCookie))
  return { statePlugins: { auth: { wrapSelectors: { definitionsToAuthorize: sendable } } } }
}

SwaggerUIBundle({
  dom_id: '#docs',
  // Relative to this page, so that it also works below a proxy's path; the page shows it.
  url: new URL('../openapi.json', location.href).pathname,
  deepLinking: true,
  // The key stays in this browser until "Logout" is pressed in the dialog of "Authorize".
  persistAuthorization: true,
  // Would send the document to another host.
  validatorUrl: null,
  displayRequestDuration: true,
  filter: true,
  plugins: [withoutCookies],
})
