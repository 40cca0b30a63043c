// Writes the page out, keeps it, and says how long it is in UTF-16 units; -1 if it has too many elements to write.
(maxElements) => {
  if (document.getElementsByTagName('*').length > maxElements) return -1;
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
  globalThis.written = (doctype + document.documentElement.outerHTML).toWellFormed();
  return written.length;
}
