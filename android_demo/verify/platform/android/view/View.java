package android.view;

public class View {
    /** Generic since API 26. */
    public final <T extends View> T findViewById(int id) {
        throw new RuntimeException("Stub!");
    }

    /** Since API 28. */
    public void setScreenReaderFocusable(boolean screenReaderFocusable) {
        throw new RuntimeException("Stub!");
    }
}
