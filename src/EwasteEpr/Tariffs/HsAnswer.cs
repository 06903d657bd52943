using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>What the catalogue says of an HS code.</summary>
public enum HsKind
{
    /// <summary>No row fits: a row error that names the nearest known prefix.</summary>
    Unknown,

    /// <summary>The code leads to one UNU key.</summary>
    Known,

    /// <summary>A spare part (8473, 8529 ...): whether it is in scope is not known, so it is neither an error nor a fee.</summary>
    Part,

    /// <summary>The code is too short: its subheadings lead to several keys. More digits, or a UNU key, are needed.</summary>
    Ambiguous,
}

/// <param name="Key">The UNU key when <see cref="HsKind.Known"/>, else none.</param>
/// <param name="MatchedPrefix">
/// Known and Part: the row's prefix that decided (the code itself where all of its subheadings agree).
/// Ambiguous: the code. Unknown: the nearest prefix under which any row is known, or none.
/// </param>
public readonly record struct HsAnswer(HsKind Kind, UnuKey Key, HsCode MatchedPrefix);

/// <summary>Where a row HS code -> UNU key comes from; a later one wins over an earlier one for the same prefix.</summary>
public enum HsRowOrigin
{
    /// <summary>The published table of an older HS edition.</summary>
    Reference,

    /// <summary>Current codes and corrections, proposed by us.</summary>
    Supplement,

    /// <summary>Added by the operator, by two people.</summary>
    Operator,
}

/// <summary>One row HS prefix -> UNU key.</summary>
public sealed record HsRow(HsCode Prefix, UnuKey Key, HsRowOrigin Origin);
