import type { Thanks } from '../engine/thanks.js';
import type { Language } from '../engine/words.js';
import type { MailBrand, MailPicture } from './brand.js';
import { noticeMails, renderNoticeMail } from './notice-mail.js';
import type { RenderedMail } from './notices.js';
import { PAGE_LANGUAGES, responseWords } from './pages.js';

/** The thanks of a language as the documents of notices are written, with the words of the page that they repeat. */
export function thanksTemplate(language: Language): string {
  const words = responseWords(language);
  return `{% if drill %}DRILL {% endif %}${words.recorded} ({{ ourReference }})
---
{% if drill %}
> ${words.drill}
{% endif %}
# ${words.done}
{% if corrects %}
${words.replaces}

{% endif %}
{% if hurt %}
> ${words.hurtNext}

{{ contact }}

{% endif %}

{{ product }} ({{ item }})

${words.quarantined}: {{ quarantined }}
${words.soldOn}: {{ soldOn }}
${words.destroyed}: {{ destroyed }}
{% if rest > 0 %}
${words.unaccounted}: {{ rest }}
{% endif %}
{% if passedOn %}
${words.passedOn}: {{ yes }}
{% endif %}

## ${words.next}
{% if quarantined > 0 %}
${words.keep}

{% endif %}
{% if actions != "" %}
{{ actions }}

{% endif %}
${words.again} ${words.notYours}
[${words.correct}]({{ responseUrl }})

{% if contact != "" %}
${words.call.replace('{contact}', '{{ contact }}')}
{% endif %}
{{ company }}

{{ disclaimer }}
`;
}

/** Made once for a brand and a language, which a worker has few of. */
const made = new WeakMap<MailBrand, Map<Language, Promise<Awaited<ReturnType<typeof noticeMails>>>>>();

/** The thanks for one answer as a mail, in the language of the notice; English where pages do not speak it. */
export async function renderThanksMail(
  thanks: Thanks,
  language: Language,
  brand: MailBrand,
): Promise<RenderedMail & { pictures: MailPicture[] }> {
  const spoken = PAGE_LANGUAGES.includes(language) ? language : ('en' as Language);
  const template = thanksTemplate(spoken);
  const known = made.get(brand) ?? new Map<Language, ReturnType<typeof noticeMails>>();
  made.set(brand, known);
  const making = known.get(spoken) ?? noticeMails({ [spoken]: template }, brand, null);
  known.set(spoken, making);
  const { html, pictures } = await making;
  const data = { ...thanks, yes: responseWords(spoken).yes };
  return { ...renderNoticeMail({ template, html: html[spoken]!, language: spoken }, data), pictures };
}
