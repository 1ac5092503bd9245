package network.dchat.testnet.house.breach.mailbox;

import io.grpc.Status;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/// A core is pure: these are not.
public final class KnowsFrameworks {
    private KnowsFrameworks() {}

    /// Lets itself be wired.
    @Component
    public static final class Spring {}

    /// Speaks of transport.
    public record Grpc(Status status) {}

    /// Speaks of a database.
    public record Sql(SQLException failure) {}
}
