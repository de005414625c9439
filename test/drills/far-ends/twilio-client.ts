import twilio from 'twilio';

const TWILIO = 'https://api.twilio.com';

type RequestOptions<T> = Parameters<typeof twilio.RequestClient.prototype.request<T>>[0];

/** Makes requests as Twilio's library does, to another origin. */
class RedirectedClient extends twilio.RequestClient {
  constructor(private readonly origin: string) {
    super({ autoRetry: false, timeout: 5_000 });
  }

  override request<T>(options: RequestOptions<T>) {
    if (!options.uri.startsWith(`${TWILIO}/`)) throw new Error(`not Twilio: ${options.uri}`);
    return super.request<T>({ ...options, uri: this.origin + options.uri.slice(TWILIO.length) });
  }
}

/** Twilio's own library, whose requests go to a far end. */
export function libraryAt(origin: string, { accountSid, authToken }: { accountSid: string; authToken: string }) {
  return twilio(accountSid, authToken, { httpClient: new RedirectedClient(origin) });
}
