package android.app;

import android.os.Bundle;
import android.view.View;
import org.jetbrains.annotations.NotNull;
import org.jetbrains.annotations.Nullable;

public class Activity {
    /** Generic since API 26. */
    public <T extends View> T findViewById(int id) {
        throw new RuntimeException("Stub!");
    }

    /** Not deprecated in SDK 35. */
    @Nullable
    public Object getLastNonConfigurationInstance() {
        throw new RuntimeException("Stub!");
    }

    /** Not deprecated in SDK 35. */
    public Object onRetainNonConfigurationInstance() {
        throw new RuntimeException("Stub!");
    }

    /** Since API 27. */
    public void setShowWhenLocked(boolean showWhenLocked) {
        throw new RuntimeException("Stub!");
    }

    /** Since API 27. */
    public void setTurnScreenOn(boolean turnScreenOn) {
        throw new RuntimeException("Stub!");
    }

    protected void onCreate(@Nullable Bundle savedInstanceState) {
        throw new RuntimeException("Stub!");
    }

    protected void onSaveInstanceState(@NotNull Bundle outState) {
        throw new RuntimeException("Stub!");
    }
}
