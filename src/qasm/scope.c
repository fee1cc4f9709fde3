/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c - a map from name to its innermost meaning; each meaning knows the one that it hides, each block what it
 * declared, so that closing a block puts the outer meanings back. */
#include "qasm/scope.h"

#include <string.h>

int kt_scope_init(kt_scope *scope, kt_arena *arena)
{
    *scope = (kt_scope){ .arena = arena, .names = kt_map_new(arena), .gates = kt_map_new(arena) };
    if (scope->names == NULL || scope->gates == NULL)
        return KT_E_NOMEM;
    return kt_scope_open(scope);
}

int kt_scope_open(kt_scope *scope)
{
    kt_block *block = KT_ARENA_NEW(scope->arena, kt_block);
    if (block == NULL)
        return KT_E_NOMEM;
    block->outer = scope->block;
    scope->block = block;
    return 0;
}

void kt_scope_close(kt_scope *scope, bool leaks)
{
    kt_block *block = scope->block;
    scope->block = block->outer;
    for (kt_symbol *s = block->symbols, *next; s != NULL; s = next) {
        next = s->next;
        if (leaks && s->shadowed == NULL) {
            s->is_leaked = true;
            s->next = scope->block->symbols;
            scope->block->symbols = s;
        } else if (s->shadowed != NULL) {
            kt_map_set(scope->names, s->name, s->shadowed); /* the key is there: nothing is allocated */
        } else {
            kt_map_remove(scope->names, s->name);
        }
    }
}

kt_symbol *kt_scope_find(const kt_scope *scope, kt_view name)
{
    return kt_map_get(scope->names, name);
}

static bool is_here(const kt_scope *scope, const kt_symbol *symbol)
{
    const kt_symbol *s = scope->block->symbols;
    while (s != NULL && s != symbol)
        s = s->next;
    return s != NULL;
}

kt_symbol *kt_scope_find_here(const kt_scope *scope, kt_view name)
{
    kt_symbol *found = kt_map_get(scope->names, name);
    return found == NULL || found->is_leaked || !is_here(scope, found) ? NULL : found;
}

kt_symbol *kt_scope_add(kt_scope *scope, kt_view name)
{
    kt_symbol *made = KT_ARENA_NEW(scope->arena, kt_symbol);
    if (made == NULL)
        return NULL;
    made->name = name;
    made->slot = KT_SLOT_NONE;
    made->shadowed = kt_map_get(scope->names, name);
    if (made->shadowed != NULL && made->shadowed->is_leaked && is_here(scope, made->shadowed))
        made->shadowed = NULL; /* declared at last: what leaked is forgotten */
    if (kt_map_set(scope->names, name, made) < 0)
        return NULL;
    made->next = scope->block->symbols;
    scope->block->symbols = made;
    return made;
}

kt_symbol *kt_scope_find_gate(const kt_scope *scope, kt_view name)
{
    return kt_map_get(scope->gates, name);
}

kt_symbol *kt_scope_add_gate(kt_scope *scope, kt_view name)
{
    kt_symbol *made = KT_ARENA_NEW(scope->arena, kt_symbol);
    if (made == NULL)
        return NULL;
    made->kind = KT_SYMBOL_GATE;
    made->name = name;
    return kt_map_set(scope->gates, name, made) < 0 ? NULL : made;
}

static void offer_all(const kt_map *map, kt_nearest *nearest)
{
    size_t cursor = 0;
    kt_view name;
    void *value;
    while (kt_map_next(map, &cursor, &name, &value))
        kt_nearest_offer(nearest, name);
}

void kt_scope_offer(const kt_scope *scope, kt_nearest *nearest)
{
    offer_all(scope->names, nearest);
}

void kt_scope_offer_gates(const kt_scope *scope, kt_nearest *nearest)
{
    offer_all(scope->gates, nearest);
    for (size_t i = 0; i < KT_GATE_COUNT; i++)
        kt_nearest_offer(nearest, kt_view_of(kt_gate_rows[i].name));
}
