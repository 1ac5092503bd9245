package network.dchat.mailbox;

/// What a relay counts: every refusal and every thing dropped has a name of its own.
public enum Counter {
    /// A submission came faster than its user may send.
    SUBMISSION_RATE_LIMITED,
    /// A submission was refused because the outbox is full.
    SUBMISSION_OVERLOADED,
    /// A submission was refused because the account cannot pay for its order.
    SUBMISSION_UNAFFORDABLE,
    /// A submission that is known already.
    SUBMISSION_DUPLICATE,
    /// A submission that expired on its way to the machine.
    SUBMISSION_EXPIRED,
    /// A reader who acts for a user may not do this.
    NOT_AUTHORISED,
    /// An envelope that is known already.
    ENVELOPE_DUPLICATE,
    /// An envelope for a user who has another relay.
    ENVELOPE_MOVED,
    /// An envelope for a mailbox that is full.
    ENVELOPE_OVER_QUOTA,
    /// An envelope for a user whose record was not found.
    ENVELOPE_WITHOUT_RECORD,
    /// An envelope that came while too many waited for a record.
    ENVELOPE_OVERLOADED,
    /// An envelope that expired on its way to the machine.
    ENVELOPE_EXPIRED,
    /// A receipt for a message that was not delivered here.
    DELIVERY_UNKNOWN,
    /// A receipt or claim that is known already, or contradicts a known one.
    DELIVERY_DUPLICATE,
    /// A receipt that came while too many were held.
    DELIVERY_OVERLOADED,
    /// A receipt whose message never got a position on the chain.
    DELIVERY_UNORDERED,
    /// A receipt whose position another relay was shown to have a claim on.
    DELIVERY_CLAIMED_ELSEWHERE,
    /// A delivery root was paid.
    ROOT_SETTLED,
    /// A delivery root whose leaves were not all shown in time: its deposit is burnt.
    ROOT_BURNT,
    /// An audit that showed own leaves was submitted.
    AUDIT_MADE,
    /// An audit was refused by validators.
    AUDIT_REFUSED,
    /// A leaf of an own root was challenged.
    CHALLENGE_MET,
    /// Another relay's root was challenged.
    CHALLENGE_MADE,
    /// A challenge was refused by validators.
    CHALLENGE_REFUSED,
    /// Another relay's root was not remembered because too many are.
    LISTING_DROPPED,
    /// A returned receipt whose token this relay did not make, or no longer honours.
    RETURN_UNKNOWN,
    /// A returned receipt for a user who has too many events.
    RETURN_OVER_QUOTA,
    /// A finality request beyond what one user may wait for.
    FINALITY_OVERLOADED,
    /// A message or event that expired before its user had it.
    EXPIRED,
    /// A message on its way that expired before two home relays had it.
    OUTBOX_EXPIRED,
    /// A message on its way that two home relays have, dropped to make room.
    OUTBOX_DROPPED_SAFE,
    /// A body that the store no longer had.
    BODY_MISSING,
    /// A relay did not answer in time or could not be reached.
    LINK_FAILED,
    /// A transaction was refused by a validator.
    TRANSACTION_REFUSED,
    /// The chain does not give this relay a place.
    REGISTRATION_REFUSED,
    /// An attachment was closed because its user had too many.
    ATTACHMENT_SUPERSEDED
}
