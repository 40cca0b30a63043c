// A part of the page written out, and where the next begins; no pair of surrogates is torn apart.
(start, size) => {
  let end = Math.min(start + size, written.length);
  if (end < written.length && /[\uD800-\uDBFF]/.test(written[end - 1])) end -= 1;
  return [written.slice(start, end), end];
}
