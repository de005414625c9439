/** A browser as far as pages without scripts need one: it keeps the cookies of each origin, and follows where it is led. */
export type Browser = {
  /** Goes to an address, and where that leads to. */
  open: (url: string) => Promise<Page>;
  send: (url: string, form: Record<string, string>) => Promise<Page>;
  cookies: Map<string, string>;
};
export type Page = { url: string; status: number; text: string; headers: Headers; led: string[] };

const LED_MAX = 20;

export function createBrowser(): Browser {
  // Ports of one host share their cookies, as they do in browsers.
  const cookies = new Map<string, string>();
  const go = async (url: string, init: RequestInit, led: string[] = []): Promise<Page> => {
    const { pathname } = new URL(url);
    const sent = [...cookies].filter(([key]) => pathname.startsWith(key.split(' ')[1] ?? '/'));
    const cookie = sent.map(([key, value]) => `${key.split(' ')[0]}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    const location = response.headers.get('location');
    const text = await response.text();
    if (location === null || led.length === LED_MAX)
      return { url, status: response.status, text, headers: response.headers, led };
    const next = new URL(location, url).href;
    return go(next, {}, [...led, next]);
  };
  return {
    open: (url) => go(url, {}),
    send: (url, form) => go(url, { method: 'POST', body: new URLSearchParams(form) }),
    cookies,
  };
}

/** By name, and where a cookie is for a part of a site alone, by that part too. */
function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const [name = '', ...value] = pair.split('=');
  const path = attributes.find((one) => /^path=/i.test(one))?.slice('path='.length) ?? '/';
  const key = path === '/' ? name : `${name} ${path}`;
  const isDropped = value.join('=') === '' || attributes.some((one) => /^(max-age=0|expires=.*1970)/i.test(one));
  if (isDropped) cookies.delete(key);
  else cookies.set(key, value.join('='));
}

/** What stands in a hidden field of a page; empty where it has none of this name. */
export function hiddenField({ text }: Page, name: string): string {
  return new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
}

/** Signs in as somebody does at the development provider: from a page of ours to the one on which they pick who they are, and back. */
export async function signInAs(browser: Browser, apiUrl: string, person: string, to = '/my'): Promise<Page> {
  const begun = await browser.open(`${apiUrl}/sign-in/begin?to=${encodeURIComponent(to)}`);
  return browser.send(begun.url, { person });
}
