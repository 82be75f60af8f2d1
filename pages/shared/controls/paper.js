// Printing: what has been measured for the screen is made to fit a sheet, of A4 or of Letter.

/** Pixels that either sheet has within its margins; of the height some are left for a second line of menus. */
const SHEET = { width: 700, height: 920 };
const FIGURES = ".stPlotlyChart, .stDataFrame";
const STEPPER = ".stBidiComponent";

/** Fit the page to the sheet whenever it is printed. */
export function fitToPaper() {
  addEventListener("beforeprint", fit);
  addEventListener("afterprint", release);
}

/** Figures and tables keep the width that they have on the screen; a stepper suits itself to the sheet's, and may be too tall. */
function fit() {
  dispatchEvent(new Event("paper"));
  document.documentElement.toggleAttribute("data-night", isDark(document.querySelector(".stApp")));
  for (const figure of document.querySelectorAll(FIGURES)) shrink(figure, SHEET.width / figure.offsetWidth);
  for (const stepper of document.querySelectorAll(STEPPER)) shrink(stepper, roomBelow(stepper) / stepper.scrollHeight);
}

/** Tell whether an element's background is nearer to black than to white. */
function isDark(element) {
  const [red, green, blue] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
  return red + green + blue < 1.5 * 255;
}

/** The height that the first sheet has left where an element begins. */
function roomBelow(element) {
  const top = element.getBoundingClientRect().top + document.querySelector("[data-testid=stMain]").scrollTop;
  return Math.max(SHEET.height - top, SHEET.height / 2);
}

function shrink(element, scale) {
  element.style.zoom = Math.min(1, scale);
}

function release() {
  document.documentElement.removeAttribute("data-night");
  for (const element of document.querySelectorAll(`${FIGURES}, ${STEPPER}`)) element.style.zoom = "";
}
