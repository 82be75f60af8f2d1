// What can be taken away: the link to this very step, and the picture as SVG or PNG.

import { html, svg, viewBoxOf } from "./elements.js";

const PNG_SCALE = 3;
const MARGIN = 20;

/** The page's address with the current step and unit, and what `others` a position there has by name, null for the usual. */
export function linkTo(run, position, others = {}) {
  const link = new URL(window.location.href);
  for (const [name, value] of Object.entries(others)) setParameter(link, name, value, null);
  setParameter(link, "step", position.step, run.home);
  setParameter(link, "unit", position.unit, 0);
  return link.href;
}

function setParameter(link, name, value, usual) {
  if (value === usual) link.searchParams.delete(name);
  else link.searchParams.set(name, value);
}

export async function saveSvg(drawing, theme, name) {
  save(new Blob([await pictureSource(drawing, theme)], { type: "image/svg+xml" }), `${name}.svg`);
}

export async function savePng(drawing, theme, name) {
  const source = new Blob([await pictureSource(drawing, theme)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(source);
  const image = new Image();
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  const canvas = html("canvas", { width: image.width * PNG_SCALE, height: image.height * PNG_SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
}

/** The drawing as a document of its own: background, margin, and its font inside. */
async function pictureSource(drawing, theme) {
  const [, , width, height] = viewBoxOf(drawing);
  const box = { x: -MARGIN, y: -MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  const copy = drawing.cloneNode(true);
  copy.setAttribute("viewBox", Object.values(box).join(" "));
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height);
  copy.prepend(svg("style", {}, await fontFace(theme.font)), svg("rect", { ...box, fill: theme.background }));
  return new XMLSerializer().serializeToString(copy);
}

/** The page's own font as a rule that needs no network, or "" when the page has none. */
async function fontFace(families) {
  const family = families.split(",")[0].replaceAll(/["']/g, "").trim();
  const rules = [...document.styleSheets].flatMap(readableRules).filter((one) => one instanceof CSSFontFaceRule);
  const rule = rules.find(({ style }) => style.fontFamily.replaceAll(/["']/g, "") === family && style.fontStyle !== "italic");
  const source = rule?.style.getPropertyValue("src").match(/url\(["']?([^"')]+)["']?\)/)?.[1];
  if (!source) return "";
  const address = new URL(source, rule.parentStyleSheet.href ?? document.baseURI);
  const data = await dataUrl(await (await fetch(address)).blob());
  return `@font-face { font-family: "${family}"; font-weight: 200 900; src: url("${data}"); }`;
}

/** A style sheet of another origin keeps its rules to itself. */
function readableRules(sheet) {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

function dataUrl(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  html("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
