package network.dchat.session;

import java.util.Optional;
import network.dchat.session.noise.KeyTrial;
import network.dchat.session.noise.NoiseCipher;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.Secret;

/// The search for the key that opens a message's header, over all sessions. It goes on past a
/// wrong key in a quarter of a microsecond.
final class HeaderTrial {
    private static final byte[] NOTHING = new byte[0];

    private final SealedMessage message;
    private final KeyTrial keys;

    HeaderTrial(SealedMessage message) {
        this.message = message;
        this.keys = new KeyTrial(message.nonce(), message.header());
    }

    /// The header, if this is its key.
    Optional<Header> open(Secret headerKey) {
        if (!Header.isPlausible(keys.peek(headerKey))) {
            return Optional.empty();
        }
        try {
            return Header.decode(NoiseCipher.CHACHA_POLY.open(headerKey,
                    message.nonce().toByteArray(), NOTHING, message.header().toByteArray()));
        } catch (NoiseException e) {
            return Optional.empty();
        }
    }
}
