using System.Collections.Frozen;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>HS code -> UNU key -> category, as it stood when it was read: immutable, shared by all threads.</summary>
/// <remarks>
/// The longest known prefix decides; for the same prefix the operator's row wins over the supplement and that over the reference
/// table; a row wins over a spare-part prefix of the same length. A lookup allocates nothing.
/// </remarks>
public sealed class EquipmentCatalogue
{
    private const int KeyNumbers = 10_000;

    private readonly FrozenDictionary<long, Node> nodes;
    private readonly UnuKeyInfo?[] byNumber = new UnuKeyInfo?[KeyNumbers];

    public EquipmentCatalogue(IReadOnlyList<UnuKeyInfo> keys, IEnumerable<HsRow> rows, IEnumerable<HsCode> partPrefixes)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Keys = [.. keys.OrderBy(info => info.Key.Number)];
        foreach (var info in Keys)
        {
            byNumber[info.Key.Number] = info;
        }

        var build = new Dictionary<long, Node>();
        foreach (var row in rows.OrderBy(row => row.Origin))
        {
            build[Pack(row.Prefix)] = new Node(HsKind.Known, row.Key, IsRow: true, row.Prefix);
        }

        foreach (var part in partPrefixes)
        {
            build.TryAdd(Pack(part), new Node(HsKind.Part, default, IsRow: true, part));
        }

        foreach (var row in build.Values.ToList())
        {
            AddAncestors(build, row);
        }

        nodes = build.ToFrozenDictionary();
    }

    /// <summary>All keys in their order.</summary>
    public IReadOnlyList<UnuKeyInfo> Keys { get; }

    public bool TryGetKey(UnuKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out UnuKeyInfo? info)
    {
        info = byNumber[key.Number];
        return info is not null;
    }

    /// <summary>The category of a key; none for a key that is not on the list.</summary>
    public EquipmentCategory CategoryOf(UnuKey key) => byNumber[key.Number]?.Category ?? EquipmentCategory.None;

    public HsAnswer FindHs(HsCode code)
    {
        if (code.IsNone)
        {
            return default;
        }

        HsCode nearest = default;
        for (var prefix = code; ; prefix = prefix.Prefix(prefix.Length - 2))
        {
            if (nodes.TryGetValue(Pack(prefix), out var node))
            {
                if (node.IsRow)
                {
                    return new HsAnswer(node.Kind, node.Key, node.Prefix);
                }

                // The code is shorter than every row below it. Unless a shorter row covers it, its subheadings answer.
                if (prefix == code && !HasRowAbove(code))
                {
                    return new HsAnswer(node.Kind, node.Key, code);
                }

                nearest = nearest.IsNone ? prefix : nearest;
            }

            if (prefix.Length == 2)
            {
                return new HsAnswer(HsKind.Unknown, default, nearest);
            }
        }
    }

    private bool HasRowAbove(HsCode code)
    {
        for (var length = code.Length - 2; length >= 2; length -= 2)
        {
            if (nodes.TryGetValue(Pack(code.Prefix(length)), out var node) && node.IsRow)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Each shorter prefix of a row remembers whether all rows below it agree. A chapter (2 digits) never answers: it only names the nearest known prefix.</summary>
    private static void AddAncestors(Dictionary<long, Node> build, Node row)
    {
        for (var length = row.Prefix.Length - 2; length >= 2; length -= 2)
        {
            var prefix = row.Prefix.Prefix(length);
            if (!build.TryGetValue(Pack(prefix), out var above))
            {
                build[Pack(prefix)] = new Node(row.Kind, row.Key, IsRow: false, prefix);
            }
            else if (!above.IsRow)
            {
                build[Pack(prefix)] = Join(above, row);
            }
        }
    }

    /// <summary>Spare parts do not make a heading ambiguous: 8450 is washing machines although 845090 is their parts.</summary>
    private static Node Join(Node above, Node row) => (above.Kind, row.Kind) switch
    {
        (_, HsKind.Part) => above,
        (HsKind.Part, _) => above with { Kind = row.Kind, Key = row.Key },
        _ when above.Key == row.Key => above,
        _ => above with { Kind = HsKind.Ambiguous, Key = default },
    };

    private static long Pack(HsCode code) => (code.Value * 16) + code.Length;

    private readonly record struct Node(HsKind Kind, UnuKey Key, bool IsRow, HsCode Prefix);
}
