package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.session.noise.Secret;
import network.dchat.wire.v1.SessionState;
import network.dchat.wire.v1.SignedBytes;

/// A device under test: its machine with a store that every persist goes to at once.
final class Device {
    static final NetworkId NETWORK = NetworkId.of("11".repeat(32));
    static final long NOON = 1_767_268_800_000L;
    static final long DAY = TimeUnit.DAYS.toMillis(1);
    static final SessionLimits LIMITS = SessionLimits.defaults();

    final SigningKey identity;
    final TreeMap<String, ByteString> rows = new TreeMap<>();
    long now = NOON;
    Sessions sessions;
    private final SessionLimits limits;
    private final SplittableRandom random;
    private List<Effect> last = List.of();
    private long requests;

    Device(int number) {
        this(number, LIMITS);
    }

    Device(int number, SessionLimits limits) {
        this.limits = limits;
        this.random = new SplittableRandom(number);
        this.identity = SigningKey.fromSeed(bytes(32));
        this.sessions = new Sessions(NETWORK, identity, limits, List.of());
        apply(new Input.Start(seed(), now));
    }

    /// Two devices, the one with the lower address first.
    static List<Device> pair(SessionLimits limits) {
        Device one = new Device(1, limits);
        Device other = new Device(2, limits);
        return one.address().compareTo(other.address()) < 0
                ? List.of(one, other)
                : List.of(other, one);
    }

    PublicKey key() {
        return identity.publicKey();
    }

    WalletAddress address() {
        return WalletAddress.of(key());
    }

    SignedBytes prekey() {
        return sessions.currentPrekey().orElseThrow().signed();
    }

    Secret seed() {
        return Secret.of(bytes(32));
    }

    List<Effect> apply(Input input) {
        last = sessions.apply(input);
        for (Effect effect : last) {
            if (effect instanceof Effect.Persist(StateChange change, var _)) {
                change.written().forEach(row -> rows.put(row.key(), row.value()));
                change.removed().forEach(rows::remove);
            }
        }
        return last;
    }

    List<Effect> lastEffects() {
        return last;
    }

    /// Builds the machine again from the store.
    void reload() {
        List<StateRow> stored = new ArrayList<>();
        rows.forEach((key, value) -> stored.add(new StateRow(key, value)));
        sessions = new Sessions(NETWORK, identity, limits, stored);
    }

    /// Loses the store and begins anew.
    void loseState() {
        rows.clear();
        sessions = new Sessions(NETWORK, identity, limits, List.of());
        apply(new Input.Start(seed(), now));
    }

    void rotate() {
        apply(new Input.RotatePrekey(seed(), now));
    }

    void tick() {
        apply(new Input.TimerElapsed(Timer.ROTATION, seed(), now));
    }

    /// The ciphertext of a text for another device, whose current prekey is at hand.
    ByteString send(Device to, String text) {
        return encrypt(to, Optional.of(to.prekey()), ByteString.copyFromUtf8(text));
    }

    /// The ciphertext of a text for another device, whose prekey is not known.
    ByteString sendWithoutPrekey(Device to, String text) {
        return encrypt(to, Optional.empty(), ByteString.copyFromUtf8(text));
    }

    ByteString encrypt(Device to, Optional<SignedBytes> prekey, ByteString plaintext) {
        apply(new Input.Encrypt(++requests, to.key(), prekey, plaintext, to.address().bytes(),
                seed(), now));
        Effect.Encrypted encrypted = only(Effect.Encrypted.class);
        assertThat(encrypted.id()).isEqualTo(requests);
        assertThat(Padding.BUCKETS).contains(encrypted.ciphertext().size());
        return encrypted.ciphertext();
    }

    Rejection refusesToSend(Device to, Optional<SignedBytes> prekey, ByteString plaintext) {
        apply(new Input.Encrypt(++requests, to.key(), prekey, plaintext, to.address().bytes(),
                seed(), now));
        return only(Effect.Refused.class).rejection();
    }

    Effect.Decrypted receive(ByteString ciphertext) {
        decrypt(ciphertext);
        return only(Effect.Decrypted.class);
    }

    /// The text of a ciphertext that must decrypt.
    String read(ByteString ciphertext) {
        return receive(ciphertext).plaintext().toStringUtf8();
    }

    /// Why a ciphertext is refused; the stored state must not change because of it.
    Rejection refuses(ByteString ciphertext) {
        decrypt(ciphertext);
        assertThat(last).hasSize(1);
        return only(Effect.Refused.class).rejection();
    }

    void decrypt(ByteString ciphertext) {
        apply(new Input.Decrypt(++requests, ciphertext, address().bytes(), seed(), now));
    }

    /// The id of the session that messages to a peer go through, as the store has it.
    ByteString activeSession(Device peer) {
        return rows.entrySet().stream().filter(row -> row.getKey().startsWith("session/"))
                .map(row -> parse(row.getValue()))
                .filter(state -> state.getPeer().equals(peer.key().bytes()))
                .max(Comparator.comparingLong(SessionState::getRank)).orElseThrow().getId();
    }

    private static SessionState parse(ByteString row) {
        try {
            return SessionState.parseFrom(row);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /// The one effect of a kind that stands outside of a persist.
    <T extends Effect> T only(Class<T> kind) {
        List<T> found = last.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).as("%s in %s", kind.getSimpleName(), last).hasSize(1);
        return found.getFirst();
    }

    ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
