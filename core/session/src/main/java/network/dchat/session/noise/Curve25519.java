package network.dchat.session.noise;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/// The function X25519 of RFC 7748, carried out by the JDK's own provider, which multiplies in
/// constant time.
final class Curve25519 {
    private static final int LENGTH = 32;
    private static final String ALGORITHM = "X25519";
    private static final String PROVIDER = "SunEC";
    private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

    private Curve25519() {}

    /// The scalar times the base point: a public key.
    static byte[] publicKey(byte[] scalar) {
        try {
            return multiply(scalar, BASE_POINT);
        } catch (NoiseException e) {
            throw new IllegalStateException("the base point is not of small order", e);
        }
    }

    /// The scalar times the point whose u coordinate is given, never all zeros.
    static byte[] multiply(byte[] scalar, byte[] point) throws NoiseException {
        return multiply(scalar, decode(point));
    }

    private static byte[] multiply(byte[] scalar, BigInteger u) throws NoiseException {
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM, PROVIDER);
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM, PROVIDER);
            agreement.init(factory
                    .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            var point = factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
            doPhase(agreement, point);
            byte[] shared = agreement.generateSecret();
            requireNotZero(shared);
            return shared;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("X25519 of this Java runtime does not work", e);
        }
    }

    private static void doPhase(KeyAgreement agreement, java.security.PublicKey point)
            throws NoiseException {
        try {
            agreement.doPhase(point, true);
        } catch (InvalidKeyException e) {
            throw new NoiseException(NoiseException.Reason.SMALL_ORDER_KEY);
        }
    }

    private static void requireNotZero(byte[] shared) throws NoiseException {
        int bits = 0;
        for (byte value : shared) {
            bits |= value;
        }
        if (bits == 0) {
            throw new NoiseException(NoiseException.Reason.SMALL_ORDER_KEY);
        }
    }

    /// Little endian, the top bit ignored (RFC 7748 section 5).
    private static BigInteger decode(byte[] point) {
        byte[] bigEndian = new byte[LENGTH];
        for (int index = 0; index < LENGTH; index++) {
            bigEndian[index] = point[LENGTH - 1 - index];
        }
        bigEndian[0] &= 0x7f;
        return new BigInteger(1, bigEndian);
    }
}
