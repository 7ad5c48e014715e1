package android.content;

import java.io.File;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

public abstract class Context {
    @Nullable
    public abstract File getExternalFilesDir(@Nullable String type);

    @Nullable
    public abstract Intent registerReceiver(@Nullable BroadcastReceiver receiver, @NotNull IntentFilter filter);
}
