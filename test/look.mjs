// Runs inside a page, in the browser, beside axe.
/* global document, window, axe */

/** What axe finds in the page as it stands, and what our own rules of layout find: targets of a thumb's height, labels above controls, no scrolling sideways. */
export async function look(targetMin) {
  const { violations } = await axe.run();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const boxOf = (element) => element.getBoundingClientRect();
  const isSmall = (one) => boxOf(one).height > 0 && boxOf(one).height < targetMin;
  const isBeside = (label) => boxOf(label).bottom > boxOf(document.getElementById(label.htmlFor)).top;
  const idsOf = (one) =>
    ['aria-describedby', 'aria-labelledby'].flatMap((name) => (one.getAttribute(name) ?? '').split(' '));
  return {
    broken: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)),
    scrolls: document.documentElement.scrollWidth > window.innerWidth,
    small: all('a, button, input:not([type=hidden]), textarea, summary')
      .filter(isSmall)
      .map(({ outerHTML }) => outerHTML.slice(0, 120)),
    beside: all('.field label')
      .filter(isBeside)
      .map(({ outerHTML }) => outerHTML),
    nowhere: all('[aria-describedby], [aria-labelledby], a[href^="#"]')
      .flatMap((one) => [...idsOf(one), one.getAttribute('href')?.slice(1) ?? ''])
      .filter((id) => id !== '' && document.getElementById(id) === null),
  };
}
