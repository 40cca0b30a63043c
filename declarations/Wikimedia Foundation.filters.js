// A link to one revision of a page changes with every edit of that page, its text or not.
export function forgetRevisions(document) {
  document.querySelectorAll('a[href*="oldid="]').forEach(link => {
    const url = new URL(link.href);

    url.searchParams.delete('oldid');
    link.href = url.toString();
  });
}

// The summary before the terms says itself that it is not a part of them.
export function dropParagraphsSaying(document, openings) {
  document.querySelectorAll('p').forEach(paragraph => {
    const text = paragraph.textContent.trim();

    if (openings.some(opening => text.startsWith(opening))) {
      paragraph.remove();
    }
  });
}
