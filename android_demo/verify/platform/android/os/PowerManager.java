package android.os;

public final class PowerManager {
    /** Since API 29. */
    public static final int THERMAL_STATUS_LIGHT = 1;

    /** Since API 29. */
    public int getCurrentThermalStatus() {
        throw new RuntimeException("Stub!");
    }

    private PowerManager() {}
}
