package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The binary form of multiaddrs: for each part the protocol's number as an unsigned varint, a
/// varint length where the value has no fixed one, and the value.
final class MultiaddrCodec {
    private static final int MAXIMUM_VARINT = 3;

    private MultiaddrCodec() {}

    static ByteString encode(Multiaddr address) {
        ByteString.Output bytes = ByteString.newOutput();
        for (Multiaddr.Part part : address.parts()) {
            ByteString value = part.protocol().encode(part.value());
            writeVarint(bytes, part.protocol().code());
            if (part.protocol().length() < 0) {
                writeVarint(bytes, value.size());
            }
            bytes.write(value.toByteArray(), 0, value.size());
        }
        return bytes.toByteString();
    }

    static Optional<Multiaddr> decode(ByteString bytes) {
        List<Multiaddr.Part> parts = new ArrayList<>();
        Cursor cursor = new Cursor(bytes);
        while (cursor.remaining() > 0) {
            Optional<MultiaddrProtocol> protocol = MultiaddrProtocol.numbered(cursor.varint());
            if (protocol.isEmpty() || parts.size() == Multiaddr.MAXIMUM_PARTS) {
                return Optional.empty();
            }
            int length = protocol.get().length();
            Optional<String> value = cursor.take(length < 0 ? cursor.varint() : length)
                    .flatMap(protocol.get()::decode);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            parts.add(new Multiaddr.Part(protocol.get(), value.get()));
        }
        return Multiaddr.build(parts);
    }

    private static void writeVarint(ByteString.Output bytes, int value) {
        int rest = value;
        while (rest >= 0x80) {
            bytes.write((rest & 0x7f) | 0x80);
            rest >>= 7;
        }
        bytes.write(rest);
    }

    /// A place in bytes from a stranger.
    private static final class Cursor {
        private final ByteString bytes;
        private int position;

        Cursor(ByteString bytes) {
            this.bytes = bytes;
        }

        int remaining() {
            return bytes.size() - position;
        }

        /// The next varint in its shortest form, or -1.
        int varint() {
            int value = 0;
            for (int index = 0; index < MAXIMUM_VARINT && remaining() > 0; index++) {
                int next = bytes.byteAt(position++) & 0xff;
                value |= (next & 0x7f) << (7 * index);
                if (next < 0x80) {
                    return next == 0 && index > 0 ? -1 : value;
                }
            }
            return -1;
        }

        /// The next bytes; empty when there are fewer.
        Optional<ByteString> take(int length) {
            if (length < 0 || length > remaining()) {
                return Optional.empty();
            }
            position += length;
            return Optional.of(bytes.substring(position - length, position));
        }
    }
}
