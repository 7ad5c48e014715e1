package android.content.res;

import java.io.IOException;
import java.io.InputStream;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

public final class AssetManager {
    @Nullable
    public String[] list(@NotNull String path) throws IOException {
        throw new RuntimeException("Stub!");
    }

    @NotNull
    public InputStream open(@NotNull String fileName) throws IOException {
        throw new RuntimeException("Stub!");
    }

    private AssetManager() {}
}
