// On a narrow screen the list of pages lies over the page: whoever has chosen one wants to see it.

const LIST = "[data-testid=stSidebar]";
const ENTRY = "[data-testid=stSidebarNavLink]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
const WIDE_FROM = 769; // px: from here on Streamlit has the pages in its header

/** Close the list of pages over a page that has been chosen. */
export function watchList() {
  document.addEventListener("click", closeWhenChosen);
}

function closeWhenChosen({ target }) {
  if (window.innerWidth >= WIDE_FROM || !target.closest?.(ENTRY)) return;
  // Once Streamlit has answered the click itself: on what calls itself a phone it closes the list, on others it does not.
  requestAnimationFrame(() => {
    if (document.querySelector(LIST)?.dataset.collapsed === "false") document.querySelector(CLOSE)?.click();
  });
}
