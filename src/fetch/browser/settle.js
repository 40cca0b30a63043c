// Waits until each selector has an element with text and nothing has changed for a while, or patience ends.
(selectors, quiet, patience) => new Promise(resolve => {
  const hasText = selector => {
    try {
      return [...document.querySelectorAll(selector)].some(element => element.textContent.trim() !== '');
    } catch {
      return true; // Not a selector to this browser, so nothing to wait for.
    }
  };
  const started = performance.now();
  let changed = started;
  const observer = new MutationObserver(() => { changed = performance.now(); });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  const look = () => {
    const now = performance.now();
    const isSettled = now - changed >= quiet && selectors.every(hasText);
    if (isSettled || now - started >= patience) {
      clearInterval(timer);
      observer.disconnect();
      resolve(isSettled);
    }
  };
  const timer = setInterval(look, 50);
  look();
})
