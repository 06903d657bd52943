using EwasteEpr.Signatures;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Signatures;

/// <summary>The doors to a signature under one document: the component on this computer, a signature made elsewhere, a fresh sign-in where that is allowed.</summary>
/// <param name="Action">Where the form goes.</param>
/// <param name="Content">The exact bytes, for the component and for whoever signs elsewhere; none when they are too many.</param>
/// <param name="FileName">The name under which they are saved.</param>
/// <param name="Hidden">What the form carries along.</param>
public sealed record SigningPanel(string Action, string? Content, string FileName, IReadOnlyList<KeyValuePair<string, string>> Hidden)
{
    public bool MaySignInInstead { get; init; }

    /// <summary>In a demonstration a key can be invented.</summary>
    public bool MayInvent { get; init; }

    public SigningProblem? Problem { get; init; }
}

/// <summary>What was wrong with the signature that came.</summary>
public sealed record SigningProblem(SignatureFault? Fault, string? SignerName)
{
    /// <summary>Nothing came.</summary>
    public static SigningProblem Missing { get; } = new(null, null);

    public string Sentence(IStringLocalizer<SignaturesText> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Fault is { } fault ? text["Fault." + fault, SignerName ?? ""] : text["Fault.Missing"];
    }
}

/// <summary>What came with the form.</summary>
public sealed class GivenSignature
{
    private const int MostBytes = CmsReading.MostBytes;

    /// <summary>As the component returns it: base64.</summary>
    public string? Signature { get; init; }

    public IFormFile? SignatureFile { get; init; }

    /// <summary>"Invented" in a demonstration, "SignIn" for a fresh sign-in, else a signature.</summary>
    public string? How { get; init; }

    public bool IsInvented => How == "Invented";

    public bool IsSignIn => How == "SignIn";

    /// <returns>None when nothing came.</returns>
    public async Task<byte[]?> BytesAsync(CancellationToken ct)
    {
        if (!string.IsNullOrWhiteSpace(Signature))
        {
            return System.Text.Encoding.ASCII.GetBytes(Signature.Trim());
        }

        if (SignatureFile is not { Length: > 0 and <= MostBytes } file)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, ct);
        return bytes.ToArray();
    }
}
