// The phrases are for the most part those that Sisimai has collected; see LICENSE beside this file.

/** What large providers say beside a status code: its subject and detail, then the phrase. A detail may be a range. */
export const PROVIDER_PHRASES = {
  'sender not authenticated': `
    7.1 fails to pass authentication checks
    7.23 the message was rejected because of sender policy framework violation
    7.24 the spf record of the sending domain
    7.26 fails to pass authentication checks
    7.26 fails to pass spf checks for an spf record with a hard fail
    7.26 has an spf record with a hard fail policy
    7.26 is not accepted due to domain's dmarc policy
    7.26 must pass either spf or dkim validation, this message is not signed
    7.26 senders to authenticate with either spf or dkim
    7.27 senders to authenticate their email with spf
    7.27 senders to authenticate with spf
    7.30 senders to authenticate their email with dkim
    7.30 senders to authenticate with dkim
    7.32 aligned with either the authenticated spf or dkim
    7.322 certificate-expired: destination mail server's certificate is expired
    7.323 tlsa-invalid: the domain failed dane validation
    7.324 dnssec-invalid: destination domain returned invalid dnssec records
    7.325 certificate-host-mismatch: remote certificate must have a common name or subject alternative name matching the hostname (dane)
    7.509 does not pass dmarc verification`,
  'bad reputation': `
    7.0 very low reputation of the sending domain
    7.0 very low reputation of the sending ip address
    7.1 this message is likely suspicious due to the very low reputation of the sending domain
    7.1 this message is likely suspicious due to the very low reputation of the sending ip address
    7.650 has been temporarily rate limited due to ip reputation`,
  'sender blocked': `
    4.2 connection dropped
    5.4 empty helo/ehlo argument not allowed
    5.4 helo/ehlo argument is invalid
    5.4 invalid domain name
    7.0 an unusual rate of unsolicited mail
    7.0 ip not in whitelist for rcpt domain
    7.0 try again later, closing connection.
    7.1 an unusual rate of unsolicited mail
    7.1 part of their network is on our block list (s3150)
    7.25 must have a reverse dns record
    7.28 an unusual rate of mail
    7.28 an unusual rate of unsolicited mail
    7.500-699 access denied, please try again later
    7.506 access denied, bad helo
    7.507 access denied, rejected by recipient
    7.51 restrictdomainstoipaddresses or restrictdomainstocertificate
    7.510 does not accept email over ipv6
    7.511 access denied, banned sender
    7.513 using customer block list
    7.606-649 access denied, banned sending ip
    7.850-899 access denied, please try again later`,
  'limit exceeded': `
    2.3 resolver.rst.recipsizelimit; message too large for this recipient
    2.3 your message exceeded google's message size limits
    3.4 bytes per individual header size
    3.4 exceeds google's header name limit of
    3.4 exceeds google's limit of limit attachments.
    3.4 exceeds google's message header size limit
    3.4 your message exceeded google's message header size limits`,
  expired: `
    4.1 connection timed out
    4.2 timeout - closing connection
    4.300 message expired
    4.7 message delayed
    4.7 message expired
    4.7 queue expired; message expired
    7.0 connection expired`,
  'mailbox full': `
    2.2 inbox is out of storage space
    2.2 is over quota
    2.2 mailbox full
    7.1 email quota exceeded`,
  'too big': `
    3.4 exceeded google's message size limits
    3.4 exceeds google's message size limit of
    3.4 message size exceeds fixed maximum message size
    3.4 message too big for system`,
  'network error': `
    4.14 routing loop detected
    4.316 connection refused
    4.4 invalid arguments
    4.4 smtpsend.dns.nonexistentdomain; nonexistent domain
    4.6 hop count exceeded - possible mail loop
    4.6 message exceeded 50 hops
    4.6 routing loop detected
    6.0 message exceeded 50 hops`,
  'no relaying': `
    4.1 relay access denied
    4.310 does not exist
    7.0 mail relay denied
    7.1 client was not authenticated
    7.1 invalid credentials for relay
    7.1 is not authorized to send email directly to our servers
    7.1 unable to relay
    7.64 tenantattribution; relay access denied`,
  'not compliant': `
    1.7 is not a valid rfc 5321 address
    6.0 mail message is malformed
    7.1 contains a unicode character in a disallowed header
    7.1 encoded-word syntax is not permitted
    7.1 is not rfc 5322 compliant
    7.1 missing a valid address in the from: header
    7.1 missing a valid message-id: header
    7.1 multiple addresses in from: header are not accepted`,
  policy: `
    0.350 requested action not taken: policy violation detected (as345)
    0.350 x-dg-ref header is too long
    7.0 blocked because its content presents a potential security issue
    7.0 illegal attachment on your message
    7.1 you are sending to (or from) has a policy that prohibited
    7.28 sending messages with the same message-id:
    7.900-999 delivery not authorized, message refused`,
  'sender rejected': `
    1.0 sender denied
    1.7 invalid address
    1.7 unknown sender address
    1.8 access denied, bad outbound sender
    7.0 mail sending denied
    7.1 delivery not authorized
    7.1 unauthenticated email is not accepted
    7.12 sender was not authenticated by organization
    7.124 sender not in allowed-senders list
    7.13 sender was not authenticated for public folder
    7.133 sender not authenticated for group
    7.134 sender was not authenticated for mailbox
    7.135 sender was not authenticated for public folder
    7.136 sender was not authenticated
    7.501-503 access denied, banned sender
    7.501-503 access denied, spam abuse detected
    7.512 access denied, message must be rfc 5322 section 3.6.2 compliant
    7.750 service unavailable. client blocked from sending from unregistered domains`,
  'reverse name missing': `
    7.0 does not have a ptr record
    7.1 does not meet ipv6 sending guidelines regarding ptr records and authentication
    7.23  have a ptr record, or the ptr record
    7.25 does not have a ptr record
    7.25 does not match the ip address of the hostname`,
  security: `
    4.317 starttls is required to send mail
    5.1 authentication required.
    5.2 cannot decode response
    7.0 authentication required.
    7.0 no identity changes permitted
    7.0 tls required for rcpt domain
    7.0 too many login attempts
    7.1 application-specific password required
    7.1 client was not authenticated
    7.1 please log in with your web browser
    7.1 username and password not accepted
    7.14 please log in through your web browser
    7.29 senders to use tls/ssl for smtp
    7.3 cannot achieve exchange server authentication
    7.3 not authorized
    7.321 starttls-not-supported: destination mail server must support tls to receive mail
    7.57 client was not authenticated to send anonymous mail during mail from
    7.8 username and password not accepted
    7.9 application-specific password required
    7.9 please log in with your web browser`,
  spam: `
    2.1 content filter agent quarantined this message
    7.0 due to the nature of the content or the links within
    7.1 likely unsolicited mail`,
  'too fast': `
    1.90 your message can't be sent because you've reached your daily limit for message recipients
    2.1 is receiving mail too quickly
    2.1 peak smtp relay limit exceeded for customer
    2.1 rate that prevents additional messages from being delivered
    2.121 recipient's per hour message receive limit from specific sender exceeded
    2.122 recipient's per hour message receive limit exceeded
    2.2 submission quota exceeded
    3.2 storedrv.deliver; recipient thread limit exceeded
    4.5 daily sending quota exceeded
    4.5 daily smtp relay limit exceeded for
    4.5 daily user sending limit exceeded
    7.1 daily smtp relay limit exceeded for
    7.1 daily smtp relay sending limit exceeded for
    7.1 this mail has been rate limited
    7.508 has exceeded permitted limits within
    7.700-749 access denied, tenant has exceeded threshold
    7.700-749 access denied, traffic not accepted from this ip`,
  suspended: `
    2.1 account that you tried to reach is disabled
    2.1 account that you tried to reach is inactive
    2.1 mailbox cannot be accessed
    7.504 recipient address rejected: access denied
    7.505 access denied, banned recipient`,
  syntax: `
    3.3 unrecognized command
    5.0 smtp protocol violation
    5.1 bad sequence of commands
    5.1 ehlo/helo first
    5.1 mail first
    5.1 no data after bdat
    5.1 rcpt first
    5.1 starttls may not be repeated
    5.1 too many unrecognized commands, goodbye
    5.1 unimplemented command
    5.1 unrecognized command
    5.2 send hello first
    5.2 syntax error
    5.4 optional argument not permitted
    7.0 must issue a starttls command first
    7.0 too many unauthenticated commands
    7.10 smtp protocol violation
    7.11 syntax error
    7.4 unrecognized authentication type
    7.4 xoauth is no longer supported`,
  'system error': `
    0.0 helo / ehlo requires domain address
    1.4 destination mailbox address ambiguous
    2.14 misconfigured forwarding address
    2.4 mailing list expansion problem
    3.0 mail server has temporarily rejected this message
    3.0 mail server temporarily rejected message
    3.0 multiple destination domains per transaction is unsupported
    3.0 temporary system problem
    3.190 journaling on-premises messages to microsoft 365 or office 365 not supported when journaling archive is disabled
    3.2 service not active
    3.2 service not available
    3.5 system incorrectly configured
    4.24 message failed to be replicated: insufficient system resource:
    4.25 message failed to be replicated: no healthy secondary server available to accept replica at this time.
    4.28 message failed to be replicated: the operation was canceled
    4.3 temporary server error. please try again later attr18
    4.318 (suspiciousremoteservererror)
    4.5 server busy
    5.3 domain policy size per transaction exceeded
    7.0 cannot authenticate due to temporary system problem
    7.0 temporary server error. please try again later. prx4 nexthop:
    7.0 temporary system problem
    7.500 server busy. please try again later from
    7.700 pfa agent busy, please try again.`,
  'too many connections': `
    2.122 the recipient has exceeded their limit for
    5.3 too many recipients
    5.3 your message has too many recipients`,
  'user unknown': `
    1.1 bad destination mailbox address
    1.1 resolver.adr.exrecipnotfound; not found
    1.1 the email account that you tried to reach does not exist
    1.1 user unknown
    1.10 recipient not found
    1.2 invalid x.400 address
    1.2 we weren't able to find the recipient domain
    1.3 is not a valid rfc 5321 address
    1.3 storedrv.submit; invalid recipient address
    1.4-5 recipient address reserved by rfc 2606
    1.6 recipient addresses in single label domains not accepted
    4.1 recipient address rejected: access denied
    5.0 requested action not taken: mailbox unavailable`,
  'content refused': `
    3.0 too many related errors
    4.11 agent generated message depth exceeded
    5.6 invalid message content
    6.11 invalid characters`,
  'takes no mail': `
    3.2 storedrv.deliver: missing or bad storedriver mdb properties
    3.2 system not accepting network messages
    4.4 hosted tenant which has no mail-enabled subscriptions`,
  'system full': `
    3.1 insufficient system resources`,
} as const;
