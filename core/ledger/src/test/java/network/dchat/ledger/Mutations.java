package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/// Every message that differs from a given one in one field, at any depth: each scalar changed,
/// each scalar that is not set given a value, each list one shorter, each submessage that is not
/// empty left out.
final class Mutations {
    private Mutations() {}

    @SuppressWarnings("unchecked")
    static <M extends Message> List<M> of(M message) {
        List<M> result = new ArrayList<>();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                int count = message.getRepeatedFieldCount(field);
                for (int index = 0; index < count; index++) {
                    Object value = message.getRepeatedField(field, index);
                    for (Object changed : changed(field, value)) {
                        result.add((M) message.toBuilder().setRepeatedField(field, index, changed)
                                .build());
                    }
                    List<Object> shorter = new ArrayList<>((List<?>) message.getField(field));
                    shorter.remove(index);
                    result.add((M) message.toBuilder().setField(field, shorter).build());
                }
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (message.hasField(field)) {
                    if (((Message) message.getField(field)).getSerializedSize() > 0) {
                        result.add((M) message.toBuilder().clearField(field).build());
                    }
                    for (Object changed : changed(field, message.getField(field))) {
                        result.add((M) message.toBuilder().setField(field, changed).build());
                    }
                }
            } else {
                for (Object changed : changed(field, message.getField(field))) {
                    result.add((M) message.toBuilder().setField(field, changed).build());
                }
            }
        }
        return result;
    }

    private static List<?> changed(FieldDescriptor field, Object value) {
        return switch (value) {
            case Message inner -> of(inner);
            case ByteString bytes when bytes.isEmpty() -> List.of(ByteString.copyFromUtf8("x"));
            case ByteString bytes ->
                List.of(flipped(bytes, 0), flipped(bytes, bytes.size() - 1), bytes.substring(1),
                        bytes.concat(ByteString.copyFrom(new byte[1])), ByteString.EMPTY);
            case String text -> List.of(text + "x");
            case Integer number -> List.of(number + 1, number - 1, number ^ (1 << 31));
            case Long number -> List.of(number + 1, number - 1, number ^ (1L << 63));
            case Boolean flag -> List.of(!flag);
            case EnumValueDescriptor constant -> field.getEnumType().getValues().stream()
                    .filter(other -> !other.equals(constant)).toList();
            default -> throw new IllegalStateException("field: " + field);
        };
    }

    private static ByteString flipped(ByteString bytes, int index) {
        byte[] copy = bytes.toByteArray();
        copy[index] ^= 1;
        return ByteString.copyFrom(copy);
    }
}
