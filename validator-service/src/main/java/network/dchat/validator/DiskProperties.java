package network.dchat.validator;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What a validator asks of its disk, `dchat.validator.*`.
///
/// @param minimumFreeSpace with less than this the node is not ready; 0 or more
@ConfigurationProperties("dchat.validator")
record DiskProperties(@DefaultValue("64MB") DataSize minimumFreeSpace) {
    DiskProperties {
        if (minimumFreeSpace.isNegative()) {
            throw new IllegalArgumentException("dchat.validator.minimum-free-space: "
                    + minimumFreeSpace + " (expected: 0 or more)");
        }
    }
}
