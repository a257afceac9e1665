package org.xenoserver.clustermanager.control;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.xenoserver.clustermanager.domains.Request;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.ProjectRequest;
import org.xenoserver.proto.v1.SetProjectRequest;

/** A request that changes something, as the leader carries it out. */
public sealed interface Command {
  /** The request as it came. */
  Message request();

  /** {@code CreateDomain}. */
  record Create(CreateDomainRequest request) implements Command {}

  /** A change of what is wanted of a domain. */
  record Steer(Request asked, DomainRequest request) implements Command {}

  /** {@code DestroyDomain}. */
  record Destroy(DomainRequest request) implements Command {}

  /** {@code DrainHost}. */
  record Drain(HostRequest request) implements Command {}

  /** {@code UncordonHost}. */
  record Uncordon(HostRequest request) implements Command {}

  /** {@code CreateProject}, {@code SetProject}. */
  record PutProject(boolean create, SetProjectRequest request) implements Command {}

  /** {@code DeleteProject}. */
  record DeleteProject(ProjectRequest request) implements Command {}

  /** What operations call it. */
  default String verb() {
    return switch (this) {
      case Create _ -> "create";
      case Steer steer -> steer.asked().verb();
      case Destroy _ -> "destroy";
      case Drain _ -> "drain";
      case Uncordon _ -> "uncordon";
      case PutProject put -> put.create() ? "create project" : "set project";
      case DeleteProject _ -> "delete project";
    };
  }

  /** The name of what it is about. */
  default String target() {
    return switch (this) {
      case Create create -> create.request().getSpec().getName();
      case Steer steer -> steer.request().getDomain();
      case Destroy destroy -> destroy.request().getDomain();
      case Drain drain -> drain.request().getHost();
      case Uncordon uncordon -> uncordon.request().getHost();
      case PutProject put -> put.request().getProject().getName();
      case DeleteProject delete -> delete.request().getProject();
    };
  }

  /** SHA-256 over what is asked, whatever its request id; equal for equal requests. */
  default ByteString fingerprint() {
    try {
      Message request = request();
      Message message =
          request.toBuilder()
              .clearField(request.getDescriptorForType().findFieldByName("request_id"))
              .build();
      byte[] bytes = new byte[message.getSerializedSize()];
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      message.writeTo(out);
      out.checkNoSpaceLeft();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(verb().getBytes(StandardCharsets.UTF_8));
      return ByteString.copyFrom(digest.digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
