package network.dchat.session;

import network.dchat.identity.SignedPrekey;

/// What a session remembers of the peer's prekey: the one it was started to, or the one that came
/// with the peer's start.
///
/// @param id the peer's number for it; see [#installation()]
/// @param createdAtMillis milliseconds since 1970
/// @param expiresAtMillis milliseconds since 1970
record PeerPrekey(int id, long createdAtMillis, long expiresAtMillis) {
    static PeerPrekey of(SignedPrekey prekey) {
        return new PeerPrekey(prekey.id(), prekey.createdAtMillis(), prekey.expiresAtMillis());
    }

    /// The number that all prekeys of one installation share.
    int installation() {
        return PrekeyNumbers.installation(id);
    }

    /// True when the prekey is a newer one of another installation: the peer's sessions are gone.
    boolean replacedBy(SignedPrekey newer) {
        return newer.createdAtMillis() > createdAtMillis
                && PrekeyNumbers.installation(newer.id()) != installation();
    }
}
