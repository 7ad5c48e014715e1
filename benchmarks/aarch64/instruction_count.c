/* A plugin of qemu's code generator that counts how often each translated block runs between two markers.
 *
 * A marker is a system call that does not exist, number MARKER_CALL: the guest gets ENOSYS and goes on. The first one
 * starts the count, the second one ends it and writes FILE (argument `out=FILE`), one line for each block that ran:
 *
 *     block ADDRESS EXECUTIONS OPCODE OPCODE ...     all but EXECUTIONS in hexadecimal, in the guest's order
 *
 * Counters are not atomic, so only a guest that computes on one thread is counted right.
 *
 * Debian has no package with qemu-plugin.h: what is used of it is declared here, as of API version 1 (qemu 4.2 to 8.1).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER_CALL 12021

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info qemu_info_t;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void (*translation_callback)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*syscall_callback)(qemu_plugin_id_t id, unsigned int cpu, int64_t number, uint64_t, uint64_t, uint64_t,
                                 uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, translation_callback callback);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t id, syscall_callback callback);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, enum qemu_plugin_op op, void *where,
                                              uint64_t operand);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct block {
    struct block *next;
    uint64_t address, executions, executions_before;
    size_t instructions;
    uint32_t opcodes[];
};

static struct block *blocks;
static const char *output;
static int markers;

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    size_t count = qemu_plugin_tb_n_insns(tb);
    struct block *block = calloc(1, sizeof *block + count * sizeof block->opcodes[0]);
    if (block == NULL) abort();
    block->address = qemu_plugin_tb_vaddr(tb);
    block->instructions = count;
    for (size_t i = 0; i < count; i++)
        memcpy(&block->opcodes[i], qemu_plugin_insn_data(qemu_plugin_tb_get_insn(tb, i)), sizeof block->opcodes[i]);
    block->next = blocks;
    blocks = block;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &block->executions, 1);
}

static void write_counts(void) {
    FILE *file = fopen(output, "w");
    if (file == NULL) {
        perror(output);
        exit(1);
    }
    for (const struct block *block = blocks; block != NULL; block = block->next) {
        if (block->executions == block->executions_before) continue;
        fprintf(file, "block %" PRIx64 " %" PRIu64, block->address, block->executions - block->executions_before);
        for (size_t i = 0; i < block->instructions; i++) fprintf(file, " %08" PRIx32, block->opcodes[i]);
        fputc('\n', file);
    }
    if (fclose(file) != 0) {
        perror(output);
        exit(1);
    }
}

static void on_syscall(qemu_plugin_id_t id, unsigned int cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c,
                       uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
    if (number != MARKER_CALL) return;
    if (++markers == 1)
        for (struct block *block = blocks; block != NULL; block = block->next)
            block->executions_before = block->executions;
    else if (markers == 2)
        write_counts();
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count,
                                                               char **arguments) {
    for (int i = 0; i < count; i++)
        if (strncmp(arguments[i], "out=", 4) == 0) output = arguments[i] + 4;
    if (output == NULL) {
        fprintf(stderr, "instruction_count: argument out=FILE is missing\n");
        return -1;
    }
    output = strdup(output);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_vcpu_syscall_cb(id, on_syscall);
    return 0;
}
