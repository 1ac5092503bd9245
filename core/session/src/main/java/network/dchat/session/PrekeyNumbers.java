package network.dchat.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.OptionalInt;
import network.dchat.session.noise.Secret;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedPrekey;

/// How prekeys are numbered: 23 bits drawn once per installation, then an 8-bit count that goes
/// round. So a peer sees in a newer prekey whether the device still has its sessions or began
/// anew.
final class PrekeyNumbers {
    private static final int COUNT_BITS = 8;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

    private PrekeyNumbers() {}

    /// The first number of a new installation.
    static int first(Secret seed) {
        ByteString bytes = KeySchedule.fromSeed(seed, "installation").reveal();
        int drawn = (bytes.byteAt(0) & 0x7f) << 24 | (bytes.byteAt(1) & 0xff) << 16
                | (bytes.byteAt(2) & 0xff) << 8;
        return drawn;
    }

    /// The number after this one, of the same installation.
    static int after(int number) {
        return (number & ~COUNT_MASK) | ((number + 1) & COUNT_MASK);
    }

    /// The part that all numbers of one installation share.
    static int installation(int number) {
        return number >>> COUNT_BITS;
    }

    /// The installation that a signed prekey names, before anyone has checked the signature.
    static OptionalInt installationClaimed(SignedBytes signed) {
        try {
            return OptionalInt.of(installation(SignedPrekey.parseFrom(signed.getBody()).getId()));
        } catch (InvalidProtocolBufferException e) {
            return OptionalInt.empty();
        }
    }
}
