package network.dchat.starter.discovery;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.dht.DhtCodec;
import network.dchat.dht.RecordRules;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.identity.Sha256;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// Verifies peer records and remembers those that held, because each is met again and again. For
/// many threads.
public final class RecordVerifier implements DhtCodec.PeerVerifier {
    private static final int MOST_REMEMBERED = 4_096;

    private final RecordRules rules;
    private final Map<Hash, PeerRecord> held = new LinkedHashMap<>(16, 0.75f, true);

    /// Verifies by these rules.
    RecordVerifier(RecordRules rules) {
        this.rules = rules;
    }

    /// The rules that records of all kinds must follow.
    public RecordRules rules() {
        return rules;
    }

    @Override
    public Verified<PeerRecord> verify(SignedBytes signed, long nowMillis) {
        Hash name = Sha256.of(signed.getBody(), signed.getPublicKey(), signed.getSignature());
        Optional<PeerRecord> known = find(name);
        if (known.isPresent()) {
            return known.get().expiresAtMillis() > nowMillis
                    ? Verified.accepted(known.get())
                    : new Verified.Rejected<>(new Rejection(RejectionCode.EXPIRED,
                            "expires_at: " + known.get().expiresAtMillis()));
        }
        Verified<PeerRecord> verified = rules.verifyPeer(signed, nowMillis);
        verified.toOptional().ifPresent(record -> remember(name, record));
        return verified;
    }

    private Optional<PeerRecord> find(Hash name) {
        synchronized (held) {
            return Optional.ofNullable(held.get(name));
        }
    }

    private void remember(Hash name, PeerRecord record) {
        synchronized (held) {
            held.put(name, record);
            if (held.size() > MOST_REMEMBERED) {
                Iterator<Hash> eldest = held.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }
}
