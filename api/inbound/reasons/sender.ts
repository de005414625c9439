// The phrases are for the most part those that Sisimai has collected; see LICENSE beside this file.

/** What servers say of whoever sent, or of the server that did. */
export const SENDER_PHRASES = {
  'sender not authenticated': `
    //spf.pobox.com
    bad spf records for
    dmarc policy
    is not allowed to send from <… per it's spf record
    is not allowed to send mail.…_401
    please inspect your spf settings
    sender policy framework (spf) fail
    sender policy framework violation
    spf (sender policy framework) domain authentication fail
    spf check: fail`,
  'bad reputation': `
    a poor email reputation score
    has been temporarily rate limited due to ip reputation
    ip/domain reputation problems
    likely suspicious due to the very low reputation
    none/bad reputation
    temporarily deferred due to unexpected volume or user complaints
    the sending mta's poor reputation`,
  'sender blocked': `
    (…@…:blocked)
    //www.spamcop.net/bl.
    access from ip address … blocked
    bad sender ip address
    banned sending ip
    blacklisted by
    blocked - see http
    blocked using
    client host rejected: abus detecte gu_eib_02
    client host rejected: abus detecte gu_eib_04
    client host rejected: may not be mail exchanger
    client host rejected: was not authenticated
    confirm this mail server
    connection dropped
    connection refused by
    connection reset by peer
    connection was dropped by remote host
    connections not accepted from ip addresses on spamhaus xbl
    connections will not be accepted from … because the ip is in spamhaus's list
    currently sending spam see:
    dnsbl:attrbl
    dnsbl:rbl …>_is_blocked
    domain does not exist:
    dynamic/zombied/spam ips blocked
    email blocked by ….barracudacentral.org
    email blocked by …spamhaus
    error: no valid recipients from
    esmtp not accepting connections
    extreme bad ip profile
    go away
    helo command rejected:
    host network not allowed
    host … refused to talk to me: … blocked
    hosts with dynamic ip
    invalid ip for sending mail of domain
    ip … is blocked by earthlink
    is in a black list
    is in an …rbl on
    is not allowed to send mail from
    mail from … refused:
    mail server at … is blocked
    message from … rejected based on blacklist
    messages from … temporarily deferred due to user complaints
    no access from mail server
    no matches to nameserver query
    not currently accepting mail from your ip
    part of their network is on our block list
    please use the smtp server of your isp
    rbl reject
    refused - see http
    rejected - multi-blacklist
    rejected because the sending mta or the sender has not passed validation
    rejecting open proxy
    said: 550 blocked
    sender ip address rejected
    server access forbidden by your ip
    server ip … listed as abusive
    service not available, closing transmission channel
    smtp error from remote mail server after initial connection:
    sorry! your ip address… is blocked by rbl
    sorry, that domain isn't in my list of allowed rcpthosts
    sorry, your remotehost looks suspiciously like spammer
    temporarily deferred due to unexpected volume or user complaints
    the domain … is blacklisted
    the email … is blacklisted
    the ip… is blacklisted
    to submit messages to this e-mail system has been rejected
    too many spams from your ip
    too many unwanted messages have been sent from the following ip address above
    veuillez essayer plus tard. service refused, please try later. …103
    veuillez essayer plus tard. service refused, please try later. …510
    was blocked by
    we do not accept mail from dynamic ips
    www.spamhaus.org/query/bl?ip=
    you are not allowed to connect
    you are sending spam
    your ip address is listed in the rbl
    your network is temporary blacklisted
    your sender's ip address is listed at ….abuseat.org
    your server requires confirmation`,
  'no relaying': `
    as a relay
    due to the following smtp relay error
    email address is not verified.
    insecure mail relay
    is not permitted to relay through this server without authentication
    mail server requires authentication when attempting to send to a non-local e-mail address
    no relaying
    not a gateway
    not allowed to relay through this machine
    not an open relay, so get lost
    not local host
    relay access denied
    relay denied
    relay not permitted
    relaying denied
    relaying mail to
    specified domain is not allowed
    that domain isn't in my list of allowed rcpthost
    this system is not configured to relay mail
    unable to relay for
    we don't handle mail for`,
  'reverse name missing': `
    access denied. ip name lookup failed
    all mail servers must have a ptr record with a valid reverse dns entry
    bad dns ptr resource record
    cannot find your hostname
    dns lookup failure: … try again later
    domain … mismatches client ip
    fix reverse dns for
    ips with missing ptr records
    no ptr record found.
    please get a custom reverse dns name from your isp for your host
    ptr record setup
    reverse dns failed
    reverse dns lookup for host … failed permanently
    reverse dns required
    sender ip reverse lookup rejected
    server access … forbidden by invalid rdns record of your mail server
    service permits … unverifyable sending ips
    the corresponding forward dns entry does not point to the sending ip
    this system will not accept messages from servers/devices with no reverse dns
    unresolvable relay host name
    we do not accept mail from hosts with dynamic ip or generic dns ptr-records`,
  'sender rejected': `
    access denied (in reply to mail from command)
    access denied (sender blacklisted)
    address rejected
    administrative prohibition
    backscatter protection detected an invalid or expired email address
    batv failed to verify
    batv validation failure
    because the sender isn't on the recipient's list of senders to accept mail from
    bogus mail from
    can't determine purported responsible address
    connections not accepted from servers without a valid sender domain
    delivery not authorized, message refused
    denied [bouncedeny]
    denied by secumail valid-address-filter
    does not exist e2110
    domain of sender address
    email address is on senderfilterconfig list
    emetteur invalide
    empty envelope senders not allowed
    envelope blocked -
    error: no third-party dsns
    failed recipient: a group of google
    from: domain is invalid. please provide a valid from:
    fully qualified email address required
    invalid domain, see <url:
    invalid sender
    is not a registered gateway user
    mail from not owned by user
    message rejected: email address is not verified
    mx records for
    not member article from
    null sender is not allowed
    recipient addresses rejected : access denied
    recipient not accepted. (batv: no tag
    reject mail from
    returned mail not accepted here
    rfc 1035 violation: recursive cname records for
    rule imposed mailbox access for
    sender address has been blacklisted
    sender domain is empty
    sender is in my black list
    sender is spammer
    sender not pre-approved
    sender rejected
    sender verify failed
    sender was rejected
    sending this from a different address or alias using the
    spam reporting address
    syntax error: empty email address
    the message has been rejected by batv defense
    this server does not accept mail from
    transaction failed unsigned dsn for
    unroutable sender address
    you are not a member of this mailing list
    you are not allowed to post to this mailing list
    you are sending to/from an address that has been blacklisted
    your access to submit messages to this e-mail system has been rejected
    your email address has been blacklisted`,
  'too fast': `
    mail sent from your ip address has been temporarily rate limited
    please try again slower
    receiving mail at a rate that prevents additional messages from being delivered`,
  'too many connections': `
    all available ips are at maximum connection limit
    connection rate limit exceeded
    exceeds per-domain connection limit for
    has exceeded the max emails per hour
    throttling failure: daily message quota exceeded
    throttling failure: maximum sending rate exceeded
    too many concurrent smtp connections
    too many connections
    too many errors from your ip
    too many recipients
    too many smtp sessions for this host
    trop de connexions,
    we have already made numerous attempts to deliver this message`,
} as const;
