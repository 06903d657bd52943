using System.Collections.Frozen;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>The national list of products, arranged by prefix: the longest prefix in force on the day names the group.</summary>
internal sealed class ProductGroupIndex(IReadOnlyList<ProductGroupPrefix> prefixes)
{
    private readonly FrozenDictionary<HsCode, ProductGroupPrefix[]> byPrefix =
        prefixes.GroupBy(prefix => prefix.Prefix).ToFrozenDictionary(same => same.Key, same => same.ToArray());

    public string? Find(HsCode hs, DateOnly on)
    {
        if (byPrefix.Count == 0)
        {
            return null;
        }

        for (var length = hs.Length; length >= 4; length -= 2)
        {
            if (!byPrefix.TryGetValue(hs.Prefix(length), out var ranges))
            {
                continue;
            }

            foreach (var range in ranges)
            {
                if (range.Valid.Contains(on))
                {
                    return range.GroupCode;
                }
            }
        }

        return null;
    }
}
