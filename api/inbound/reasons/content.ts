// The phrases are for the most part those that Sisimai has collected; see LICENSE beside this file.

/** What servers say of a message, or of what they do not want. */
export const CONTENT_PHRASES = {
  'content refused': `
    - bad header:
    duplicate header
    header size exceeds maximum permitted
    improper use of 8-bit data in message header
    message header size, or recipient list, exceeds policy limit
    message mime complexity exceeds the policy maximum
    routing loop detected -- too many received: headers
    this message contain improperly-formatted binary content
    this message contain invalid mime headers
    this message contain text that uses unnecessary base64 encoding`,
  'limit exceeded': `
    - message size exceeds recipient
    message header size exceeds limit
    message too large`,
  'too big': `
    bounce category: message-too-large
    exceeded maximum inbound message size
    line limit exceeded
    max message size exceeded
    message file too big
    message length exceeds administrative limit
    message size exceeds fixed limit
    message size exceeds fixed maximum message size
    message size exceeds maximum value
    message too big
    message too large for this
    size limit
    taille limite du message atteinte`,
  'not compliant': `
    https://support.google.com/mail/?p=rfcmessagenoncompliant
    this message is not rfc 5322 compliant`,
  syntax: `
    angle-brackets nested too deep
    domain missing in source-routed address
    expected word or "<"
    malformed address:`,
  policy: `
    an illegal attachment on your message
    because the recipient is not accepting mail with
    by non-member to a members-only list
    closed mailing list
    denied by policy
    email not accepted for policy reasons
    email rejected due to security policies
    header are not accepted
    header error
    local policy violation
    message bounced due to organizational settings
    message given low priority
    message not accepted for policy reasons
    message rejected due to local policy
    messages with multiple addresses
    protocol violation
    rejected for policy reasons
    the email address used to send your message is not subscribed to this group
    the message was rejected by organization policy
    this message was blocked because its content presents a potential
    we do not accept messages containing images or other attachments
    you have exceeded the…allowable number of posts without solving a captcha
    you're using a mass mailer`,
  security: `
    account not subscribed to ses
    authentication credentials invalid
    authentication failed; server … said:
    authentication failure
    authentication required
    authentication turned on in your email client
    authentification invalide…305
    authentification requise…402
    could not retrieve credentials
    domain … is a dead domain
    executable files are not allowed in compressed files
    insecure mail relay
    please turn on smtp authentication in your mail client
    recipient address rejected: access denied
    sorry, you don't authenticate or the domain isn't in my list of allowed rcpthosts
    starttls is required to send mail
    tls required but not supported
    unauthenticated senders not allowed
    user … is not authorized to perform ses:sendrawemail on resource
    verification failure
    you are not authorized to send mail, authentication is required`,
  spam: `
    - spam
    //dsbl.org/help/help_spam_16.htm
    //mail.163.com/help/help_spam_16.htm
    //www.spamhaus.org/help/help_spam_16.htm
    554 5.7.0 reject, id=
    appears to be unsolicited
    blacklisted url in message
    block for spam
    blocked by policy: no spam please
    blocked by spamassassin
    blocked for abuse. see http://att.net/blocks
    cannot be forwarded because it was detected as spam
    considered unsolicited bulk e-mail (spam) by our mail filters
    content filter rejection
    cyberoam anti spam engine has identified this email as a bulk email
    denied due to spam list
    greylisted… please try again in
    high probability of spam
    is classified as spam and is rejected
    listed in work.drbl.imedia.ru
    mail content denied
    mail rejete. mail rejected. …506
    may consider spam
    message considered as spam or virus
    message contains spam or virus
    message content rejected
    message detected as spam
    message filtered
    message is being rejected as it seems to be a spam
    message looks like spam
    message refused by mailmarshal spamprofiler
    message refused by trustwave seg spamprofiler
    message rejected as spam
    message rejected because of unacceptable content
    message rejected due to suspected spam content
    message rejected for policy reasons
    message was rejected for possible spam/virus content
    our email server thinks this email is spam
    our filters rate at and above … percent probability of being spam
    our system has detected that this message is
    probable spam
    reject bulk.advertising
    rejected - bulk email
    rejected by … (spam)
    rejected due to spam …classification
    rejected due to spam …content
    rejected: spamassassin score
    rejecting banned content
    rejecting mail content
    related to content with spam-like characteristics
    rule imposed as … is blacklisted on
    sender domain listed at
    sending address not accepted due to spam filter
    spam blocked
    spam check
    spam content matched
    spam detected
    spam email
    spam message rejected.
    spam not accepted
    spam refused
    spam rejection
    spam score
    spam … exceeded
    spambouncer identified spam
    spamming not allowed
    the content of this message looked like spam
    the email message was detected as spam
    the message has been rejected by spam filtering engine
    the message was rejected due to classification as bulk mail
    this message appears to be spam
    this message has been identified as spam
    this message has been scored as spam with a probability
    this message scored … spam points
    this message was classified as spam
    this message was rejected by recurrent pattern detection system
    too many spam complaints
    too much spam.
    transaction failed spam message not queued
    we dont accept spam
    your email appears similar to spam we have received before
    your email breaches local uribl policy
    your email had spam-like
    your email is considered spam
    your email is probably spam
    your email was detected as spam
    your message as spam and has prevented delivery
    your message has been rejected because it appears to be spam
    your message has been temporarily blocked by our filter
    your message has triggered a spam block
    your message may contain the spam contents`,
  virus: `
    - infected
    it has a potentially executable attachment
    the message was rejected because it contains prohibited virus or spam content
    this form of attachment has been used by recent viruses or other malware
    virus detected
    virus phishing/malicious_url detected
    your message was infected with a virus`,
} as const;
