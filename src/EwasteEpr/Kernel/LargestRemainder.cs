namespace EwasteEpr.Kernel;

/// <summary>Divides a whole number by weights so that the parts add up to it exactly.</summary>
public static class LargestRemainder
{
    /// <summary>Each part is the exact share rounded towards zero; what is left goes one by one to the largest remainders, ties by position.</summary>
    /// <exception cref="ArgumentException">No weights, a negative one, or all zero.</exception>
    public static long[] Split(long total, IReadOnlyList<long> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Int128 sum = 0;
        foreach (var weight in weights)
        {
            sum += weight >= 0 ? weight : throw new ArgumentException("A weight is not negative.", nameof(weights));
        }

        if (sum == 0)
        {
            throw new ArgumentException("At least one weight is above zero.", nameof(weights));
        }

        var sign = total < 0 ? -1 : 1;
        var size = Int128.Abs(total);
        var parts = new long[weights.Count];
        var remainders = new Int128[weights.Count];
        var left = size;
        for (var i = 0; i < parts.Length; i++)
        {
            var (share, remainder) = Int128.DivRem(size * weights[i], sum);
            parts[i] = (long)(share * sign);
            remainders[i] = remainder;
            left -= share;
        }

        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i).Take((int)left))
        {
            parts[i] += sign;
        }

        return parts;
    }
}
