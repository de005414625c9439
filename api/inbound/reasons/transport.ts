// The phrases are for the most part those that Sisimai has collected; see LICENSE beside this file.

/** What servers say of the way to an address, and of themselves. */
export const TRANSPORT_PHRASES = {
  expired: `
    connection timed out
    could not be delivered for… days
    could not deliver for the last
    could not find a gateway for
    delay reason:
    delivery attempts will continue to be
    delivery expired
    delivery time expired
    dns error: could not contact dns servers
    envelope expired
    failed to deliver to domain
    giving up on
    has been delayed
    has been frozen
    have been failing for a long time
    host not reachable
    i've tried to deliver
    it has not been collected after
    message expired after sitting in queue for
    message expired, cannot connect to remote server
    message expired, connection refulsed
    message has been in the queue too long
    message timed out
    no action is required on your part
    no longer being tried
    queue.expired
    retries exceeded
    retry time not reached for any host after a long failure period
    retry timeout exceeded
    server did not respond
    temporarily undeliverable for
    the recipient server did not accept our requests to connect
    unable to deliver message after multiple retries
    was frozen on arrival
    was not delivered within
    was not reachable within the allowed queue period
    your message could not be delivered for more than`,
  'network error': `
    address family mismatch on destination mxs
    all routes to destination blocked
    although i'm listed as a best-preference mx
    bad dns lookup error code
    could not connect and send the mail to
    could not retrieve source address
    dns lookup failed
    dns records for the destination computer could not be found
    had no relevant answers
    host is unreachable
    host name lookup failure
    host not found, try again
    i wasn't able to establish an smtp connection
    loop detected
    mail forwarding loop for
    mail loop
    malformed name server reply
    malformed or unexpected name server reply
    maximum forwarding loop count exceeded
    message has exceeded maximum hop count
    message looping
    message probably in a routing loop
    network error on destination mxs
    no route to host
    no valid route to destination
    no valid route to remote mx
    responded with code nxdomain
    smtpsend.dns.mxloopback
    temporary failure in mx lookup
    too many "received" headers
    too many hops
    unable to resolve route
    unrouteable mail domain`,
  'system error': `
    aliasing/forwarding loop broken
    bad interpreter: no such file or directory
    can't create user output file
    could not load drd for domain
    delivery to file forbidden
    delivery to pipe forbidden
    duplicated message-id
    has detected a loop condition
    internal error reading data
    internal server error: operation now in progress
    interrupted system call
    it encountered an error while being processed
    it would create a mail loop
    lmtp error after
    local configuration error
    local delivery failed
    local error in processing
    loop back warning:
    loop was found in the mail exchanger
    loops back to myself
    mail system configuration error
    queue file write error
    recipient deferred because there is no mdb
    remote server is misconfigured
    server configuration error
    service currently unavailable
    several matches found in domino directory
    system config error
    temporary local problem
    this domain's dns violates rfc 1035
    timeout waiting for input
    transaction failed`,
  'system full': `
    mail system full
    requested mail action aborted: exceeded storage allocation`,
  'mailer error': `
    bin/maidrop
    bin/procmail
    command died with status
    command failed:
    command output:
    mailer error
    pipe to |/
    procmail:
    x-unix;
    || exit`,
} as const;
