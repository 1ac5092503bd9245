package network.dchat.session;

import network.dchat.identity.Certified;
import network.dchat.identity.SignedPrekey;
import network.dchat.session.noise.X25519KeyPair;

/// A prekey of ours with its private half.
record HeldPrekey(Certified<SignedPrekey> certified, X25519KeyPair pair) {
    int id() {
        return certified.value().id();
    }

    long createdAtMillis() {
        return certified.value().createdAtMillis();
    }

    long expiresAtMillis() {
        return certified.value().expiresAtMillis();
    }
}
