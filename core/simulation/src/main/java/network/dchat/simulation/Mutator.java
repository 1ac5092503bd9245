package network.dchat.simulation;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Bends bytes as someone would who wants their reader to fail: flips, cuts, splices, repeats, and,
/// where they are a protobuf message, drops, repeats, moves and rewrites fields at any depth with
/// all lengths put right, so that what is bent lies deep inside of what still decodes.
public final class Mutator {
    private static final int LARGEST = 4 * 1024 * 1024;
    private static final int MOST_CHANGES = 4;
    private static final int DEEPEST = 8;
    private static final int NESTED = 200;
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_64 = 1;
    private static final int FIXED_32 = 5;

    private record Field(int start, int content, int end, int type) {}

    private final Generator random;

    public Mutator(Generator random) {
        this.random = random;
    }

    /// The bytes with one to four changes; never longer than 4 MiB.
    ///
    /// @param others what pieces of may be spliced in
    public byte[] mutate(byte[] bytes, List<byte[]> others) {
        byte[] bent = bytes;
        for (int changes = random.evenly(1, MOST_CHANGES); changes > 0; changes--) {
            byte[] next = random.chance(0.6) ? structured(bent, DEEPEST) : raw(bent, others);
            bent = next.length > LARGEST ? Arrays.copyOf(next, LARGEST) : next;
        }
        return bent;
    }

    private byte[] raw(byte[] bytes, List<byte[]> others) {
        if (bytes.length == 0) {
            return random.bytes(0, 8);
        }
        int from = random.evenly(0, bytes.length - 1);
        int to = Math.min(bytes.length, from + random.between(1, 64));
        byte[] changed = bytes.clone();
        return switch (random.evenly(0, 7)) {
            case 0 -> {
                changed[from] ^= (byte) (1 << random.evenly(0, 7));
                yield changed;
            }
            case 1 -> {
                changed[from] = random.pick(List.of(0, 1, 0x7f, 0x80, 0xff)).byteValue();
                yield changed;
            }
            case 2 -> Arrays.copyOf(bytes, from);
            case 3 -> join(bytes, 0, from, bytes, to, bytes.length);
            case 4 -> join(bytes, 0, to, bytes, from, bytes.length);
            case 5 -> insert(bytes, from, random.bytes(1, 16));
            case 6 -> insert(bytes, from, varint(random.anyLong()));
            default -> {
                byte[] other = others.isEmpty() ? bytes : random.pick(others);
                int place = random.evenly(0, other.length);
                yield join(bytes, 0, from, other, place, other.length);
            }
        };
    }

    private byte[] structured(byte[] message, int depth) {
        List<Field> fields = fields(message);
        if (fields.isEmpty()) {
            return raw(message, List.of());
        }
        Field field = random.pick(fields);
        byte[] whole = Arrays.copyOfRange(message, field.start(), field.end());
        return switch (random.evenly(0, 7)) {
            case 0 -> join(message, 0, field.start(), message, field.end(), message.length);
            case 1 -> insert(message, field.end(), whole);
            case 2 -> insert(message, random.pick(fields).start(), whole);
            case 3 -> insert(message, field.end(), nested(whole));
            default -> replace(message, field, content(message, field, depth));
        };
    }

    private byte[] content(byte[] message, Field field, int depth) {
        byte[] content = Arrays.copyOfRange(message, field.content(), field.end());
        return switch (field.type()) {
            case VARINT -> varint(random.anyLong());
            case LENGTH_DELIMITED -> depth > 0 && random.chance(0.8)
                    ? structured(content, depth - 1)
                    : raw(content, List.of());
            default -> random.bytes(content.length);
        };
    }

    /// The message with other content in one field, its length put right.
    private static byte[] replace(byte[] message, Field field, byte[] content) {
        ByteArrayOutputStream bent = new ByteArrayOutputStream();
        if (field.type() == LENGTH_DELIMITED) {
            bent.write(message, 0, tagEnd(message, field.start()));
            bent.writeBytes(varint(content.length));
        } else {
            bent.write(message, 0, field.content());
        }
        bent.writeBytes(content);
        bent.write(message, field.end(), message.length - field.end());
        return bent.toByteArray();
    }

    /// A field within a field of its own number within one, many times.
    private static byte[] nested(byte[] field) {
        byte[] tag = Arrays.copyOf(field, tagEnd(field, 0));
        tag[0] = (byte) ((tag[0] & ~7) | LENGTH_DELIMITED);
        byte[] inner = field;
        for (int level = 0; level < NESTED; level++) {
            ByteArrayOutputStream outer = new ByteArrayOutputStream();
            outer.writeBytes(tag);
            outer.writeBytes(varint(inner.length));
            outer.writeBytes(inner);
            inner = outer.toByteArray();
        }
        return inner;
    }

    /// The fields of a message in order; none when the bytes are no message.
    private static List<Field> fields(byte[] bytes) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int content = tagEnd(bytes, at);
            int type = bytes[at] & 7;
            long end = switch (type) {
                case VARINT -> tagEnd(bytes, content);
                case FIXED_64 -> content + 8L;
                case FIXED_32 -> content + 4L;
                case LENGTH_DELIMITED -> {
                    long length = value(bytes, content);
                    content = tagEnd(bytes, content);
                    yield length < 0 ? Long.MAX_VALUE : content + length;
                }
                default -> Long.MAX_VALUE;
            };
            if (end > bytes.length || content > bytes.length) {
                return List.of();
            }
            fields.add(new Field(at, content, (int) end, type));
            at = (int) end;
        }
        return fields;
    }

    /// Where the varint that begins here ends; beyond the bytes when it does not.
    private static int tagEnd(byte[] bytes, int start) {
        int at = start;
        while (at < bytes.length && bytes[at] < 0) {
            at++;
        }
        return at + 1;
    }

    private static long value(byte[] bytes, int start) {
        long value = 0;
        for (int at = start, shift = 0; at < bytes.length && shift < 35; at++, shift += 7) {
            value |= (long) (bytes[at] & 0x7f) << shift;
            if (bytes[at] >= 0) {
                return value;
            }
        }
        return -1;
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    private static byte[] insert(byte[] bytes, int place, byte[] piece) {
        byte[] front = join(bytes, 0, place, piece, 0, piece.length);
        return join(front, 0, front.length, bytes, place, bytes.length);
    }

    private static byte[] join(byte[] first, int from, int to, byte[] second, int from2, int to2) {
        byte[] joined = Arrays.copyOf(Arrays.copyOfRange(first, from, to), to - from + to2 - from2);
        System.arraycopy(second, from2, joined, to - from, to2 - from2);
        return joined;
    }
}
