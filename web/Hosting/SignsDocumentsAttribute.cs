namespace EwasteEpr.Web.Hosting;

/// <summary>The page speaks with the signing component on the reader's own computer, which its policy must allow.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SignsDocumentsAttribute : Attribute;
