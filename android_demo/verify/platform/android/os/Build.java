package android.os;

public class Build {
    public static class VERSION_CODES {
        /** Since API 27. */
        public static final int O_MR1 = 27;

        /** Since API 28. */
        public static final int P = 28;

        /** Since API 29. */
        public static final int Q = 29;

        /** Since API 30. */
        public static final int R = 30;

        /** Since API 35. */
        public static final int VANILLA_ICE_CREAM = 35;
    }
}
