using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

internal static class Generate
{
    /// <summary>Whole numbers over the whole range, and often small ones and the ends, where mistakes live.</summary>
    public static Arbitrary<long> Between(long least, long most)
    {
        var any = from high in Gen.Choose(0, int.MaxValue)
                  from low in Gen.Choose(0, int.MaxValue)
                  select least + (long)((((Int128)high << 31) + low) % ((Int128)most - least + 1));
        var small = Gen.Choose(-1_000, 1_000).Select(n => Math.Clamp(n, least, most));
        return Arb.From(Gen.OneOf(any, small, Gen.Elements(least, most)));
    }
}
