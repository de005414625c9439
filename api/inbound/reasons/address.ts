// The phrases are for the most part those that Sisimai has collected; see LICENSE beside this file.

/** What servers say of an address, or of its domain, that is not there or takes nothing. */
export const ADDRESS_PHRASES = {
  'user unknown': `
    #5.1.1 bad address
    5.1.0 address rejected.
    550 address invalid
    <…> not found
    <…>... blocked by
    account does not exist
    account not found
    account … does not exist at the organization
    address does not exist
    address not present in directory
    address unknown
    address wasn't found
    adres nie istnieje
    bad…recipient
    because the address couldn't be found
    benutzer unbekannt
    benutzer … nicht im domino
    can't accept user
    cannot find system user
    casella di posta non esiste
    casella non esiste
    cette adresse n'existe pas
    destinataire inconnu
    destinatario desconocido
    destinatario sconosciuto
    destination addresses were unknown
    destination server rejected recipients
    docelowe konto nie istnieje
    does not exist.
    domino ディレクトリには見つかりません
    email address could not be found
    empfänger ist unbekannt
    empfänger unbekannt
    gebruiker bestaat niet
    gebruiker onbekend
    history of bouncing as an invalid address
    inactive email address
    indirizzo non esiste
    invalid address
    invalid final delivery userid
    invalid mailbox
    invalid or unknown base user or domain
    invalid recipient
    invalid user specified
    is not a known user
    is not a valid mailbox
    is not an active address at this host
    konto nie istnieje
    la cuenta no existe
    mailbox does not exist
    mailbox doesn't exist
    mailbox invalid
    mailbox is inactive
    mailbox is unavailable
    mailbox not found
    mailbox not present
    mailbox unavaiable
    mailbox …does not exist
    mailbox …unavailable or access denied
    nessun utente simile in questo indirizzo
    nicht im domino verzeichnis
    nicht im domino-verzeichnis
    nie ma takiego użytkownika
    nie ma takiej skrzynki
    no account by that name here
    no existe dicha persona
    no existe ese usuario
    no mail box available for this user
    no mailbox by that name is currently available
    no mailbox found
    no matching entry
    no se encuentra en el directorio de domino
    no such account
    no such address here
    no such mailbox
    no such person at this address
    no such recipient
    no such user
    no such user!
    no thank you rejected: account unavailable
    no valid recipients for this mm
    no valid recipients, bye
    no … in name directory
    non répertorié dans l'annuaire domino
    non…existent user
    not a local address
    not a valid recipient
    not a valid user here
    not email addresses
    not listed in domino directory
    not listed in public name & address book
    not our customer
    okänd användare
    okänd mottagare
    onbekende gebruiker
    previously bounced address
    rcpt (…t exist
    rcpt <… does not exist
    recipient address rejected.
    recipient address rejected: access denied
    recipient address rejected: invalid user
    recipient address rejected: invalid-recipient
    recipient address rejected: user …  does not exist
    recipient address rejected: userunknown
    recipient does not exist
    recipient is not accepted
    recipient is not local
    recipient not exist
    recipient not found
    recipient not in directory
    recipient not ok
    recipient refuses to accept your mail
    recipient unknown
    recipient … was not found in
    requested action not taken: mailbox unavailable
    resolver.adr.exrecipnotfound
    resolver.adr.recipient notfound
    resolver.adr.recipnotfound
    sorry, badrcptto
    sorry, no mailbox here by that name
    sorry, your envelope recipient has been denied
    that domain or user isn't in my list of allowed rcpthosts
    the email account that you tried to reach does not exist
    the following recipients was undeliverable
    the user's email name is not found
    there is no one at this address
    this address no longer accepts mail
    this email address is wrong or no longer valid
    this person no longer works
    this recipient is in my badrecipientto list
    this recipient is not in my validrcptto list
    this spectator does not exist
    this user doesn't have a … account
    unknown address error
    unknown e…mail address
    unknown local user
    unknown local…part
    unknown mailbox
    unknown or illegal alias
    unknown recipient
    unknown user
    user (…) unknown
    user does not exist
    user invalid
    user missing home directory
    user name does not refer to a virtual user
    user not active
    user not exist
    user not found
    user not known
    user not listed in public name
    user unknown
    user … does not exist
    user … was not found
    usuario no existe
    usuário desconhecido
    usuário não existe
    utente inesistente
    utente sconosciuto
    utilisateur inconnu
    utilisateur inconnu !
    utilizador desconhecido
    użytkownik nie istnieje
    vdeliver: invalid or unknown virtual user
    your envelope recipient is in my badrcptto list
    пользователь не найден
    такого пользователя нет
    المستخدم غير موجود
    ディレクトリのリストにありません
    存在しません
    宛先のメールアドレスが見つかりません
    收件人不存在
    收件人邮件地址…不存在
    用户不存在`,
  'host unknown': `
    553 … does not exist
    all host address lookups failed permanently
    all relevant mx records point to non-existent hosts
    as the remote domain doesnt exist
    bad destination system address
    bounce category: bad-domain
    cannot find your domain
    couldn't find a mail exchanger or ip address
    couldn't find any host named
    dns error: dns server returned answer with no data
    dns error: domain name not found
    dns lookup failure: host
    domain couldn't be found
    because the domain … couldn't be found
    domain does not exist
    domain is not reachable
    domain must exist
    host or domain name not found
    host unknown
    host unreachable
    illegal host/domain name found
    mail domain mentioned in email address is unknown
    name or service not known
    name resolution failure
    no such domain
    no such host
    recipient address rejected: unknown domain name
    smtpsend.dns.nonexistentdomain
    the account or domain may not exist
    unknown host
    unroutable address
    unrouteable address`,
  'has moved': `
    has been replaced by`,
  'takes no mail': `
    an mx or srv record indicated no smtp service
    destination seem to reject all mails
    host does not accept mail
    host/domain does not accept mail
    mail receiving disabled
    name server: .: host not found
    no host found for existing smtp connection
    no mx found for destination
    no mx found for domain
    no mx record found for domain=
    no route for current request
    null mx
    nullmx
    smtp protocol returned a permanent error`,
  suspended: `
    account disabled
    account has been disabled
    account inactive
    account is disabled
    account is suspended
    account suspended
    archived recipient
    boite du destinataire archivee
    bounce category: inactive-mailbox
    email account that you tried to reach is disabled
    has been suspended
    inactive account
    invalid/inactive user
    is a deactivated mailbox
    is currently suspended
    is unavailable: user is terminated
    mailbox currently suspended
    mailbox disabled
    mailbox is frozen
    mailbox is locked
    mailbox unavailable or access denied
    recipient rejected: temporarily inactive
    recipient suspend the service
    temporary locked
    this account has been temporarily suspended
    this address no longer accepts mail
    this mailbox is disabled
    user or domain is disabled
    user suspended
    user(s) account is temporarily limited
    vdelivermail: account is locked email bounced`,
  'mailbox full': `
    452 insufficient disk space
    account disabled temporarly for exceeding receiving limits
    account is exceeding their quota
    account is full
    account storage limit
    boite du destinataire pleine
    bounce category: quota-issues
    boîte aux lettres pleine
    boîte aux lettres … pleine
    buzón lleno
    buzón … lleno
    caixa de correio … cheia
    caixa postal … cheia
    casella … piena
    diskspace quota
    does not have enough space
    error: quota exceed
    espaço insuficiente
    exceeded its disk quota
    exceeded storage allocation
    exceeding its mailbox quota
    full mailbox
    has exceeded its quota
    insufficient storage
    is over disk quota
    mail file size exceeds the maximum size allowed for mail delivery
    mailbox exceeded the local limit
    mailbox exceeds allowed size
    mailbox full
    mailbox has exceeded its disk space limit
    mailbox has exceeded the limit
    mailbox is full
    mailbox quota usage exceeded
    mailbox size limit exceeded
    maildir delivery failed: domaindisk quota
    maildir delivery failed: userdisk quota
    mailfolder is full
    no space left on device
    not enough disk space
    not enough storage space in
    not sufficient disk space
    out of storage space
    over quota
    over the allowed quota
    postfach ist voll
    postfach … voll
    postlådan är full
    postvak … vol
    quota exceeded
    quota violation for
    recipient reached disk quota
    recipient rejected: mailbox would exceed maximum allowed storage
    skrzynka przepełniona
    skrzynka … pełna
    skrzynka … przepełniona
    the user's space has been used up
    too much mail data
    user has exceeded quota, bouncing mail
    user has exhausted allowed storage space
    user has too many messages on the server
    user is over the quota
    ящик переполнен
    صندوق البريد ممتلئ
    容量超過
    空間不足
    空间不足
    邮箱已满`,
  filtered: `
    because the recipient is only accepting mail from specific email addresses
    cannot route mail to user
    does not want your mail
    doesn't want your mail
    due to extended inactivity new mail is not currently being accepted for this mailbox
    has restricted sms e-mail
    is not accepting any mail
    marked your messages as spam
    message rejected due to user rules
    not found recipient account
    recipients was rejected by a remote mail server
    refused due to recipient preferences
    resolver.rst.notauthorized
    suppressed address
    suppression list
    this account is protected by
    unsubscribed address
    user not found
    user refuses to receive this mail
    user reject
    we failed to deliver mail because the following address recipient id refuse to receive mail
    you have been blocked by the recipient`,
} as const;
