namespace EwasteEpr.Organisations;

/// <summary>How passwords and PINs are hashed: given by the web host, which has the framework's hasher.</summary>
public sealed record PasswordHashing(Func<string, string> Hash, Func<string, string, PasswordMatch> Verify)
{
    private readonly Lazy<string> decoy = new(() => Hash("a password that nobody has"));

    /// <summary>What is verified when there is no such person, so that the answer takes as long.</summary>
    public string Decoy => decoy.Value;
}

public enum PasswordMatch
{
    No,
    Yes,

    /// <summary>Right, but hashed by an older recipe: store it anew.</summary>
    YesByOldRecipe,
}
